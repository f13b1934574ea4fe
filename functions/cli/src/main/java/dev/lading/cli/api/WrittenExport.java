package dev.lading.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.ApiClient.Taker;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A bundle that a server writes to S3, by an exporter that is made for it alone, and that is downloaded from there. */
public final class WrittenExport implements AutoCloseable {
    private static final String EXPORTERS = ApiClient.API + "exporters/core/pulp/";
    private static final String HREF = "pulp_href";

    /** The folder of such bundles. */
    private static final String FOLDER = "lading-export";

    private final ApiClient api;
    private final String exporter;

    /** @param repositories hrefs */
    public WrittenExport(ApiClient api, JsonNode repositories) {
        this.api = api;
        ObjectNode made =
                JsonText.object().put("name", FOLDER + "-" + UUID.randomUUID()).put("path", FOLDER);
        made.set("repositories", repositories);
        this.exporter = href(api.post(EXPORTERS, made).path(HREF).asText());
    }

    private String href(String text) {
        if (!text.matches(EXPORTERS + "[0-9A-Za-z/-]+/")) {
            throw api.unexpected("no href of an exporter or an export");
        }
        return text;
    }

    /**
     * Waits until the bundle is written, and downloads it.
     *
     * @param versions hrefs of the versions that are exported
     * @param starts hrefs of the versions that the other side has
     * @return the SHA-256 that the file has, in hex
     */
    public String download(JsonNode versions, JsonNode starts, Optional<ProgressLine> progress, Taker taker)
            throws IOException {
        ObjectNode body = JsonText.object().put("full", starts.isEmpty());
        body.set("versions", versions);
        body.set("start_versions", starts);
        JsonNode task = new TaskWatch(api, progress).await(api.post(exporter + "exports/", body));
        if (!task.path("state").asText("").equals("completed")) {
            throw CommandFailure.refused("the bundle was not written: "
                    + task.path("error").path("description").asText("no reason was given") + " ("
                    + task.path(HREF).asText("") + ")");
        }
        JsonNode export = api.get(href(task.path("created_resources").path(0).asText("")));
        api.fetch(export.path("download_url").asText(""), taker);
        return export.path("output_file_info").properties().stream()
                .map(Map.Entry::getValue)
                .map(JsonNode::asText)
                .findFirst()
                .orElseThrow(() -> api.unexpected("an export without a file"));
    }

    /** Deletes the exporter. */
    @Override
    public void close() {
        api.delete(exporter);
    }
}
