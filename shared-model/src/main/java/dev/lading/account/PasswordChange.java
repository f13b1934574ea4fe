package dev.lading.account;

/** What becomes of a user's password when they are changed. */
public sealed interface PasswordChange {
    record Kept() implements PasswordChange {}

    /** They can log in with none. */
    record Removed() implements PasswordChange {}

    record Replaced(String password) implements PasswordChange {
        /** Nothing of the password, so that no log has it. */
        @Override
        public String toString() {
            return "a new password";
        }
    }
}
