package dev.lading.management.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Puts a resource's method into the OpenAPI document; its path and HTTP method are those of JAX-RS. The last template
 * in the path bears the name of the document's parameter, which stands for a whole href.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Operation {
    /** Operation id, by which clients call it. */
    String id();

    String summary();

    /** Name of the body's {@link Model}. */
    String body() default "";

    /** Name of the {@link Model} of what its query takes. */
    String query() default "";

    /** Whether the body may leave out required properties. */
    boolean partial() default false;

    /** Statuses, each followed by a space and the schema of the answer's body. */
    String[] answers();
}
