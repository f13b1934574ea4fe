package dev.lading.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/**
 * The file {@code address} of a data folder: the address of the server that runs on it, for commands on the same
 * machine. A killed server leaves it behind.
 */
public final class AddressFile implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AddressFile.class);

    private final Path file;

    private AddressFile(Path file) {
        this.file = file;
    }

    /** Writes the address until it is closed. A folder that accepts no more files is no reason not to serve. */
    public static AddressFile tell(Path folder, String address) {
        AddressFile told = new AddressFile(folder.resolve("address"));
        try {
            DataFolder.writeWhole(told.file, address + "\n");
        } catch (IOException e) {
            LOG.warnf(
                    "commands on this machine must be told the address: cannot write %s: %s",
                    told.file, e.getMessage());
        }
        return told;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warnf("cannot delete %s: %s", file, e.getMessage());
        }
    }
}
