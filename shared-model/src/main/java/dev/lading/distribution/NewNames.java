package dev.lading.distribution;

/**
 * What new base paths are, unless whoever makes them says it.
 *
 * @param restricted whether pulling needs permission; Pulp's {@code private}
 */
public record NewNames(boolean restricted) {
    public static final NewNames PUBLIC = new NewNames(false);
    public static final NewNames PRIVATE = new NewNames(true);
}
