package dev.lading.audit;

/**
 * Who asks for a change, and how.
 *
 * @param principal {@code admin}, {@code anonymous}, {@code registry} for what it does by itself, or a user or robot by
 *     kind and id, as {@code user:7}: names may be given to others later
 * @param credential {@code password}, {@code secret}, {@code token}, {@code session} for a login of the console, or
 *     {@code none}
 * @param source the network that the request came from, as failed logins are counted by; empty for the registry itself
 * @param action the request's method and path, or the task
 * @param request an id by which logs are searched
 */
public record Actor(String principal, String credential, String source, String action, String request) {
    private static final int MAX_ACTION = 500;

    public Actor {
        // A path may be as long as a request's head.
        action = action.length() > MAX_ACTION ? action.substring(0, MAX_ACTION) : action;
    }

    /** The registry itself, in a task that nobody asked for. */
    public static Actor registry(String action, String request) {
        return new Actor("registry", "none", "", action, request);
    }

    /** This one, in what it started: a task, or a version of several in one transaction. */
    public Actor by(String task) {
        return new Actor(principal, credential, source, action + ", " + task, request);
    }
}
