package dev.lading.management.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares the permission that a user needs to call a method: on the object that its path names. A method without one is
 * the administrator's alone.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Right {
    /** Any user: the method itself shows only what its caller may see, and makes only what they may make. */
    String BY_CALLER = "";

    /** Pulp's permission without the plugin in front, as {@code view_containerrepository}. */
    String value();
}
