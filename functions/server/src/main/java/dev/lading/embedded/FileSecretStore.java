package dev.lading.embedded;

import dev.lading.secret.SecretStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Secrets as files of one folder, which only its owner can read. An empty file is no secret. One process at a time. */
public final class FileSecretStore implements SecretStore {
    private final Path folder;

    public FileSecretStore(Path folder) {
        this.folder = folder;
    }

    @Override
    public Map<String, String> get(Collection<String> names) {
        Map<String, String> found = new HashMap<>();
        for (String name : names) {
            String value = read(folder.resolve(name));
            if (!value.isEmpty()) {
                found.put(name, value);
            }
        }
        return Map.copyOf(found);
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public synchronized boolean putIfAbsent(String name, String value) {
        Path file = folder.resolve(name);
        if (!read(file).isEmpty()) {
            return false;
        }
        try {
            OwnerOnly.folder(folder);
            DataFolder.writeWhole(file, value + "\n");
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a secret in " + folder, e);
        }
    }
}
