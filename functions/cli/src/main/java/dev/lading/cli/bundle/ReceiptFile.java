package dev.lading.cli.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.RepositoryLookup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Receipts as files. */
final class ReceiptFile {
    private static final String RECEIPT = ApiClient.API + "repositories/receipt/";
    private static final String FIRST = "lading receipt ";

    /** Limit on what a server takes. */
    private static final int MOST_BYTES = 900 * 1024;

    private ReceiptFile() {}

    /** A receipt replaces an earlier one: what it says is held now. Any other file stays. */
    static void requireReplaceable(Path file) {
        if (Files.exists(file)) {
            String _ = read(file);
        }
    }

    /** Writes a receipt of what was imported into repositories. */
    static void write(ApiClient api, List<String> repositories, Path file) {
        var lookup = new RepositoryLookup(api);
        ObjectNode body = JsonText.object();
        ArrayNode hrefs = body.putArray("repositories");
        repositories.forEach(name -> hrefs.add(lookup.repository(name)));
        String text = api.post(RECEIPT, body).path("receipt").asText();
        if (!text.startsWith(FIRST)) {
            throw api.unexpected("a receipt that is none");
        }
        try {
            BundleDownload.replace(file, out -> out.write(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw CommandFailure.refused("cannot write " + file + ": " + e.getMessage());
        }
    }

    static String read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MOST_BYTES + 1);
            String text = new String(content, StandardCharsets.US_ASCII);
            if (content.length > MOST_BYTES || !text.startsWith(FIRST)) {
                throw CommandFailure.usage("the file " + file + " is no receipt");
            }
            return text;
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read " + file + ": " + e.getMessage());
        }
    }
}
