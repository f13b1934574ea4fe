package dev.lading.management.imports;

import dev.lading.bundle.BundleSignature;
import dev.lading.bundle.Trust;
import dev.lading.imports.ImportRequest;
import dev.lading.management.api.Problem;
import dev.lading.repository.Owning;
import io.vertx.core.MultiMap;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How a bundle is imported, as a request says it beside the bundle. */
final class ImportQuery {
    private static final String DRY_RUN = "dry_run";
    private static final String CREATE = "create_repositories";
    private static final String AS_NEW_VERSION = "as_new_version";
    private static final String KEEP_PUBLIC = "keep_public";
    private static final String UNSIGNED = "unsigned";
    private static final String KEY = "trusted_key";
    private static final String MAP = "map";
    private static final Set<String> FLAGS = Set.of(DRY_RUN, CREATE, AS_NEW_VERSION, KEEP_PUBLIC, UNSIGNED);
    private static final int MOST_KEYS = 20;
    private static final int MOST_NAMES = 1000;

    private final MultiMap query;

    /** @throws Problem for a parameter that there is not */
    ImportQuery(MultiMap query) {
        this.query = query;
        query.names().stream()
                .filter(name -> !FLAGS.contains(name) && !name.equals(KEY) && !name.equals(MAP))
                .findFirst()
                .ifPresent(name -> {
                    throw Problem.field(name, "an import has no such parameter");
                });
    }

    boolean isDryRun() {
        return flag(DRY_RUN);
    }

    ImportRequest request(ImportRequest.Rights rights, Owning owning) {
        return new ImportRequest(
                names(), flag(CREATE), flag(AS_NEW_VERSION), flag(KEEP_PUBLIC), trust(), rights, owning);
    }

    private boolean flag(String name) {
        return switch (query.getAll(name)) {
            case List<String> none when none.isEmpty() -> false;
            case List<String> one when one.equals(List.of("true")) -> true;
            case List<String> one when one.equals(List.of("false")) -> false;
            default -> throw Problem.field(name, "say true or false, once");
        };
    }

    private Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (String pair : atMost(MAP, MOST_NAMES)) {
            String[] both = pair.split("=", 2);
            if (both.length < 2 || both[0].isEmpty() || both[1].isEmpty()) {
                throw Problem.field(MAP, "say a name in the bundle, =, and a name here");
            }
            if (names.put(both[0], both[1]) != null) {
                throw Problem.field(MAP, "'" + both[0] + "' is mapped twice");
            }
        }
        return names;
    }

    private Trust trust() {
        List<PublicKey> keys =
                atMost(KEY, MOST_KEYS).stream().map(ImportQuery::key).toList();
        boolean unsigned = flag(UNSIGNED);
        if (unsigned == !keys.isEmpty()) {
            throw Problem.body("say by " + KEY + " who may have signed the bundle, or by " + UNSIGNED
                    + "=true that nobody need have");
        }
        return new Trust(keys, unsigned);
    }

    private List<String> atMost(String name, int most) {
        List<String> values = query.getAll(name);
        if (values.size() > most) {
            throw Problem.field(name, "say it at most " + most + " times");
        }
        return values;
    }

    /** A public key, X.509 in URL-safe base64. */
    private static PublicKey key(String text) {
        try {
            return BundleSignature.publicKey(text);
        } catch (IllegalArgumentException e) {
            throw Problem.field(KEY, "this is no public key of Ed25519 or ECDSA");
        }
    }
}
