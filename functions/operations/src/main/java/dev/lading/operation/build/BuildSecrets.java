package dev.lading.operation.build;

import dev.lading.oci.RegistryException.BuildFailed;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.random.Randomness;
import java.util.HashMap;
import java.util.Map;

/** Secrets of builds that wait, in memory alone: a restart loses them, and no record has them. */
public final class BuildSecrets {
    private static final int MOST_BUILDS = 1_000;
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private final Map<String, Map<String, Secret>> kept = new HashMap<>();

    /** A secret's bytes, which no text of this object shows. */
    public static final class Secret {
        /** What is larger is no secret. */
        public static final int MAX_BYTES = 64 * 1024;

        private final byte[] bytes;

        public Secret(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        int length() {
            return bytes.length;
        }
    }

    /**
     * Keeps some.
     *
     * @return under which they are kept
     * @throws FieldInvalid if too many wait already
     */
    public synchronized String keep(Map<String, Secret> secrets) {
        int bytes = kept.values().stream().mapToInt(BuildSecrets::bytes).sum();
        if (kept.size() >= MOST_BUILDS || bytes + bytes(secrets) > MOST_BYTES) {
            throw new FieldInvalid("secrets", "Too many builds with secrets wait; try again when some have ended.");
        }
        String key = Randomness.uuid().toString();
        kept.put(key, Map.copyOf(secrets));
        return key;
    }

    private static int bytes(Map<String, Secret> secrets) {
        return secrets.values().stream().mapToInt(Secret::length).sum();
    }

    /** @throws BuildFailed if they were lost */
    synchronized Map<String, Secret> get(String key) {
        Map<String, Secret> secrets = kept.get(key);
        if (secrets == null) {
            throw new BuildFailed("the server was restarted, and kept no secrets; start the build again");
        }
        return secrets;
    }

    synchronized void forget(String key) {
        kept.remove(key);
    }
}
