package dev.lading.access;

/** What may be done to a repository. Source: docker's token authentication specification, "Requesting a Token". */
public enum Action {
    PULL,
    PUSH,
    DELETE;

    /** As scopes spell it. */
    public String wireForm() {
        return switch (this) {
            case PULL -> "pull";
            case PUSH -> "push";
            case DELETE -> "delete";
        };
    }
}
