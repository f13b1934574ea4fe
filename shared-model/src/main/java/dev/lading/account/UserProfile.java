package dev.lading.account;

/**
 * What a user is called, and whether they may log in.
 *
 * @param staff Pulp's field, stored and returned, without effect: rights come from roles
 * @param active whether credentials of theirs count
 */
public record UserProfile(String firstName, String lastName, String email, boolean staff, boolean active) {
    public static final UserProfile NONE = new UserProfile("", "", "", false, true);

    public UserProfile {
        // Empty attributes are not stored.
        firstName = firstName == null ? "" : firstName;
        lastName = lastName == null ? "" : lastName;
        email = email == null ? "" : email;
    }
}
