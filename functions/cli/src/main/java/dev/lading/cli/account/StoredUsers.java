package dev.lading.cli.account;

import dev.lading.cli.api.CommandFailure;
import java.nio.file.Path;

/** Users in records that this process opens by itself. What opens them is not installed with every client. */
@FunctionalInterface
public interface StoredUsers {
    /**
     * Replaces a user's password, and ends their tokens.
     *
     * @return whether they are active, and so may log in
     * @throws CommandFailure if there is no such user, or the password or the records cannot be used
     */
    boolean resetPassword(Records records, String user, String password);

    /** Where the records are. */
    sealed interface Records {
        /** A data folder, by the path from which it is opened and the text that was typed. */
        record InFolder(Path data, String typed) implements Records {}

        /** A table of DynamoDB, in the account and the region of the environment. */
        record InTable(String name) implements Records {}
    }
}
