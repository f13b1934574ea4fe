package dev.lading.build;

import dev.lading.oci.Digest;
import dev.lading.oci.RepositoryName;
import dev.lading.random.Randomness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes of builds under way, and what was pulled with each. They end with the build, and with the process. */
public final class BuildPasses {
    /** What a build pulls beyond is served, and not told of. */
    private static final int MOST_PULLED = 10_000;

    private static final int SECRET_BYTES = 32;

    private final Map<Digest, BuildPass> bySecret = new ConcurrentHashMap<>();
    private final Map<String, Set<PulledImage>> pulled = new ConcurrentHashMap<>();

    /** One build's pass, which nobody can use any more when it is closed. */
    public final class Open implements AutoCloseable {
        private final String secret;
        private final BuildPass pass;

        private Open(String secret, BuildPass pass) {
            this.secret = secret;
            this.pass = pass;
        }

        public String secret() {
            return secret;
        }

        /** What was pulled so far, in order. */
        public List<PulledImage> pulled() {
            Set<PulledImage> images = pulled.getOrDefault(pass.build(), Set.of());
            synchronized (images) {
                return new ArrayList<>(images);
            }
        }

        @Override
        public void close() {
            bySecret.remove(hash(secret));
            pulled.remove(pass.build());
        }
    }

    public Open open(BuildPass pass) {
        String secret = HexFormat.of().formatHex(Randomness.bytes(SECRET_BYTES));
        pulled.put(pass.build(), new LinkedHashSet<>());
        bySecret.put(hash(secret), pass);
        return new Open(secret, pass);
    }

    /** Looked up by a hash, so that the time it takes tells nothing of a secret. */
    public Optional<BuildPass> find(String secret) {
        return Optional.ofNullable(bySecret.get(hash(secret)));
    }

    /** Notes what a build pulled; nothing, if there is no such build any more. */
    public void note(String build, RepositoryName name, Digest manifest) {
        Set<PulledImage> images = pulled.get(build);
        if (images != null) {
            synchronized (images) {
                if (images.size() < MOST_PULLED) {
                    images.add(new PulledImage(name, manifest));
                }
            }
        }
    }

    private static Digest hash(String secret) {
        return Digest.of(Digest.SHA256, secret.getBytes(StandardCharsets.UTF_8));
    }
}
