package dev.lading.server.offline;

import dev.lading.access.RegistrySettings;
import dev.lading.account.PasswordChange;
import dev.lading.account.User;
import dev.lading.account.UserService;
import dev.lading.account.Username;
import dev.lading.audit.Acting;
import dev.lading.audit.Actor;
import dev.lading.audit.AuditedMetadata;
import dev.lading.cli.account.StoredUsers;
import dev.lading.cli.api.CommandFailure;
import dev.lading.embedded.DataFolder;
import dev.lading.embedded.DiskSpace;
import dev.lading.embedded.SqliteMetadataStore;
import dev.lading.metadata.MetadataStore;
import dev.lading.oci.RegistryException;
import dev.lading.random.Randomness;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Users of a data folder that no server has open, or of a table. Whoever may write there is the administrator, and the
 * audit log has it as theirs.
 */
public final class OfflineUsers implements StoredUsers {
    @Override
    public boolean resetPassword(Records records, String user, String password) {
        if (user.equalsIgnoreCase(RegistrySettings.ADMIN)) {
            throw CommandFailure.refused("'admin' is no user: the password is the deployment's. " + placeOf(records));
        }
        try {
            return switch (records) {
                case Records.InFolder folder -> inFolder(folder, user, password);
                case Records.InTable(String table) -> DynamoTable.test(table, store -> reset(store, user, password));
            };
        } catch (RegistryException e) {
            throw CommandFailure.refused(String.valueOf(e.getMessage()));
        }
    }

    private static String placeOf(Records records) {
        return switch (records) {
            case Records.InFolder(var _, String typed) ->
                "Start the server with another LADING_ADMIN_PASSWORD, or without one and with another line in " + typed
                        + "/secrets/admin-password";
            case Records.InTable _ ->
                "Change the secret that `make deploy` names, or LADING_ADMIN_PASSWORD of the server";
        };
    }

    private static boolean inFolder(Records.InFolder records, String user, String password) {
        if (!Files.exists(records.data().resolve("lading.db"))) {
            throw CommandFailure.usage("there are no records in '" + records.typed()
                    + "': name a server's folder by --data, or its table on AWS by --dynamodb-table");
        }
        try (DataFolder folder = DataFolder.open(records.data());
                var store = new SqliteMetadataStore(folder.database(), new DiskSpace(folder.root()))) {
            return reset(store, user, password);
        } catch (DataFolder.InUse e) {
            throw CommandFailure.refused("a server runs on '" + records.typed() + "'; stop it, or have it do so: "
                    + "pulp user update --username " + user + " --password ...");
        } catch (DataFolder.Unusable e) {
            throw CommandFailure.refused(String.valueOf(e.getMessage()));
        } catch (IOException | SQLException e) {
            throw CommandFailure.refused("cannot open '" + records.typed() + "': " + e.getMessage());
        }
    }

    private static boolean reset(MetadataStore store, String user, String password) {
        InstantSource clock = InstantSource.system();
        Actor operator = new Actor(
                RegistrySettings.ADMIN,
                "none",
                "",
                "lading user password --reset " + user,
                Randomness.uuid().toString());
        var users = new UserService(new AuditedMetadata(store, new Acting(() -> Optional.of(operator)), clock), clock);
        User found = Username.parse(user)
                .flatMap(users::findNamed)
                .orElseThrow(() -> CommandFailure.refused("there is no user '" + user + "'"
                        + (user.contains("+") ? "; robots get new secrets by lading robot rotate" : "")));
        return users.update(found.id(), found.name().value(), profile -> profile, new PasswordChange.Replaced(password))
                .profile()
                .active();
    }
}
