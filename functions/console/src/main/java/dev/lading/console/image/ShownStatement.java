package dev.lading.console.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.lading.attestation.Provenance;
import dev.lading.console.Some;
import dev.lading.management.api.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What an attestation or an SBOM says, read from what it is wrapped in. Sources: in-toto attestation framework; SLSA
 * v1.0 and v0.2, "Provenance"; SPDX 2.3; CycloneDX 1.6.
 *
 * @param kind of what it says
 * @param problem why it is not shown; empty: it is
 * @param facts what it is, how it is signed, and of provenance who built and when
 * @param task id of the task of this registry that built it, if it says so; empty: it does not
 */
public record ShownStatement(
        ShownReferrer.Kind kind,
        String problem,
        List<Setting> facts,
        Some<Setting> parameters,
        Some<Material> materials,
        Some<Material> packages,
        String task) {
    private static final int MAX_SHOWN = 100;
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final Some<Material> NOTHING = Some.of(List.of(), MAX_SHOWN);
    private static final Some<Setting> NO_SETTINGS = Some.of(List.of(), MAX_SHOWN);

    /**
     * What something was made of, or contains.
     *
     * @param where it comes from, or its version
     */
    public record Material(String name, String where, String digest) {
        static Material of(String name, String where, String digest) {
            return new Material(
                    Some.text(name, ImagePart.MAX_NAME),
                    Some.text(where, 1_000),
                    Some.text(digest, ImagePart.MAX_NAME));
        }
    }

    public ShownStatement {
        facts = List.copyOf(facts);
    }

    /** Whether a blob of this type is a statement, or a list of what an image contains. */
    static boolean isIn(String mediaType) {
        String type = mediaType.toLowerCase(Locale.ROOT);
        return Stream.of("sigstore.bundle", "in-toto", "dsse.envelope", "spdx", "cyclonedx")
                .anyMatch(type::contains);
    }

    static ShownStatement of(StoredJson.Document document) {
        if (!document.isRead()) {
            return new ShownStatement(
                    ShownReferrer.Kind.ATTESTATION, document.problem(), List.of(), NO_SETTINGS, NOTHING, NOTHING, "");
        }
        JsonNode json = document.json();
        JsonNode envelope = json.has("dsseEnvelope") ? json.path("dsseEnvelope") : json;
        JsonNode statement = envelope.has("payload") ? payload(envelope) : json;
        JsonNode predicate = statement.has("predicate") ? statement.path("predicate") : statement;
        String type = Some.text(statement.path("predicateType").asText(format(predicate)), ImagePart.MAX_NAME);
        List<Setting> facts = new ArrayList<>();
        fact(facts, "Type", type);
        fact(facts, "Signature", isSigned(envelope) ? "there is one, which was not verified here" : "none around it");
        ShownReferrer.Kind kind = type.startsWith("SPDX") || type.startsWith("CycloneDX")
                ? ShownReferrer.Kind.SBOM
                : ShownReferrer.ofPredicate(type);
        return switch (kind) {
            case PROVENANCE -> provenance(facts, predicate);
            case SBOM -> new ShownStatement(kind, "", facts, NO_SETTINGS, NOTHING, packages(predicate), "");
            default -> new ShownStatement(kind, "", facts, Setting.fields(predicate), NOTHING, NOTHING, "");
        };
    }

    private static boolean isSigned(JsonNode envelope) {
        return envelope.has("payload") && !envelope.path("signatures").isEmpty();
    }

    private static String format(JsonNode document) {
        String spdx = document.path("spdxVersion").asText("");
        return spdx.isEmpty() && document.has("bomFormat")
                ? document.path("bomFormat").asText() + " "
                        + document.path("specVersion").asText("")
                : spdx;
    }

    private static JsonNode payload(JsonNode envelope) {
        try {
            return Json.parse(
                    Base64.getDecoder().decode(envelope.path("payload").asText("")));
        } catch (IOException | IllegalArgumentException e) {
            // Not base64, or no JSON: it says nothing that can be shown.
            return MissingNode.getInstance();
        }
    }

    private static ShownStatement provenance(List<Setting> facts, JsonNode predicate) {
        JsonNode definition = predicate.path("buildDefinition");
        JsonNode run = predicate.path("runDetails");
        // SLSA 0.2, as BuildKit makes it, has the same at other places.
        boolean isOld = definition.isMissingNode();
        JsonNode builder = isOld ? predicate.path("builder") : run.path("builder");
        JsonNode metadata = isOld ? predicate.path("metadata") : run.path("metadata");
        String buildType = (isOld ? predicate : definition).path("buildType").asText("");
        JsonNode parameters =
                isOld ? predicate.path("invocation").path("parameters") : definition.path("externalParameters");
        JsonNode materials = isOld ? predicate.path("materials") : definition.path("resolvedDependencies");
        String invocation = metadata.path("invocationId").asText("");
        fact(facts, "Builder", builder.path("id").asText(""));
        fact(facts, "Versions", versions(builder.path("version")));
        fact(facts, "Kind of build", buildType);
        fact(facts, "Run", invocation);
        fact(
                facts,
                "Started",
                metadata.path(isOld ? "buildStartedOn" : "startedOn").asText(""));
        fact(
                facts,
                "Finished",
                metadata.path(isOld ? "buildFinishedOn" : "finishedOn").asText(""));
        Matcher id = UUID.matcher(Some.text(invocation, ImagePart.MAX_NAME));
        return new ShownStatement(
                ShownReferrer.Kind.PROVENANCE,
                "",
                facts,
                Setting.fields(parameters),
                list(materials).map(ShownStatement::material),
                NOTHING,
                buildType.equals(Provenance.BUILD_TYPE) && id.find() ? id.group() : "");
    }

    private static void fact(List<Setting> facts, String name, String value) {
        if (!value.isEmpty()) {
            facts.add(Setting.of(name, value));
        }
    }

    private static String versions(JsonNode versions) {
        return versions.properties().stream()
                .limit(MAX_SHOWN)
                .map(entry -> entry.getKey() + " " + Setting.written(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static Some<JsonNode> list(JsonNode array) {
        return Some.of(StreamSupport.stream(array.spliterator(), false).toList(), MAX_SHOWN);
    }

    private static Material material(JsonNode node) {
        Optional<Map.Entry<String, JsonNode>> digest =
                node.path("digest").properties().stream().findFirst();
        return Material.of(
                node.path("name").asText(""),
                node.path("uri").asText(""),
                digest.map(each -> each.getKey() + ":" + each.getValue().asText(""))
                        .orElse(""));
    }

    private static Some<Material> packages(JsonNode document) {
        boolean isSpdx = document.has("spdxVersion");
        String version = isSpdx ? "versionInfo" : "version";
        return list(document.path(isSpdx ? "packages" : "components"))
                .map(each -> Material.of(
                        each.path("name").asText(""), each.path(version).asText(""), ""));
    }

    public boolean isProvenance() {
        return kind == ShownReferrer.Kind.PROVENANCE;
    }
}
