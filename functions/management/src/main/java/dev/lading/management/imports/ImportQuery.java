package dev.lading.management.imports;

import dev.lading.bundle.Trust;
import dev.lading.imports.ImportRequest;
import dev.lading.management.api.Model;
import dev.lading.management.api.Problem;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.repository.Owning;
import dev.lading.signing.PublicKeys;
import dev.lading.signing.TrustedKeys;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a bundle is imported, as a request says it beside the bundle. */
record ImportQuery(Values values) {
    private static final String DRY_RUN = "dry_run";
    private static final String CREATE = "create_repositories";
    private static final String AS_NEW_VERSION = "as_new_version";
    private static final String KEEP_PUBLIC = "keep_public";
    private static final String UNSIGNED = "unsigned";
    private static final String KEY = "trusted_key";
    private static final String MAP = "map";
    private static final int MOST_KEYS = 20;
    private static final int MOST_NAMES = 1000;

    static final Model<Void> MODEL = new Model<Void>("ImportQuery")
            .takes(DRY_RUN, flag("Whether to tell only what would be made, from the beginning of the bundle."))
            .takes(CREATE, flag("Whether repositories that are not here are made."))
            .takes(AS_NEW_VERSION, flag("Whether only the newest version is taken, as the next one here."))
            .takes(KEEP_PUBLIC, flag("Whether distributions that are public there are public here."))
            .takes(UNSIGNED, flag("Whether the bundle need not be signed."))
            .takes(
                    KEY,
                    Schema.listOf(Schema.TEXT)
                            .described("Keys that may have signed the bundle, X.509 in URL-safe base64; without any,"
                                    + " those that the server trusts."))
            .takes(
                    MAP,
                    Schema.listOf(Schema.TEXT).described("A name in the bundle, =, and the name that it gets here."));

    private static Schema flag(String sentence) {
        return Schema.BOOLEAN.orElse(false).described(sentence);
    }

    boolean isDryRun() {
        return flagged(DRY_RUN);
    }

    private boolean flagged(String name) {
        return values.bool(name, false);
    }

    ImportRequest request(TrustedKeys trusted, ImportRequest.Rights rights, Owning owning) {
        return new ImportRequest(
                names(),
                flagged(CREATE),
                flagged(AS_NEW_VERSION),
                flagged(KEEP_PUBLIC),
                trust(trusted),
                rights,
                owning);
    }

    private ImportRequest.Names names() {
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
        return new ImportRequest.Names(names, true);
    }

    private Trust trust(TrustedKeys trusted) {
        List<PublicKey> keys =
                atMost(KEY, MOST_KEYS).stream().map(ImportQuery::key).toList();
        boolean unsigned = flagged(UNSIGNED);
        if (unsigned && !keys.isEmpty()) {
            throw Problem.body("say by " + KEY + " who may have signed the bundle, or by " + UNSIGNED
                    + "=true that nobody need have");
        }
        return keys.isEmpty() ? trusted.trust(unsigned) : new Trust(keys, false);
    }

    private List<String> atMost(String name, int most) {
        List<String> said = values.texts(name, List.of());
        if (said.size() > most) {
            throw Problem.field(name, "say it at most " + most + " times");
        }
        return said;
    }

    private static PublicKey key(String text) {
        try {
            return PublicKeys.ofUrlText(text);
        } catch (IllegalArgumentException e) {
            throw Problem.field(KEY, "this is no public key of Ed25519 or ECDSA");
        }
    }
}
