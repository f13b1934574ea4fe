package dev.lading.management.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Puts a resource's method into the OpenAPI document; its path and HTTP method are those of JAX-RS. The last template in
 * the path bears the name of the document's parameter, which stands for a whole href.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Operation {
    /** By which clients call it. */
    String id();

    String summary();

    /** The {@link Model} of the body. */
    String body() default "";

    /** Whether the body may leave out what is required. */
    boolean partial() default false;

    /** A status and, behind a space, the schema of the answer's body. */
    String[] answers();
}
