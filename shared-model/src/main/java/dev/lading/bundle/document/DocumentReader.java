package dev.lading.bundle.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.lading.blob.BoundedInputStream;
import dev.lading.bundle.BundleRefused;
import dev.lading.oci.JsonProblem;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/** Reads a document, entry by entry, and refuses what this format does not have. */
public final class DocumentReader {
    private static final ObjectReader ENTRY = DocumentJson.MAPPER.readerFor(DocumentEntry.class);

    private final JsonParser json;
    private final DocumentRules rules = new DocumentRules();
    private final DocumentHead head;

    /**
     * @param in the caller's to close
     * @throws BundleRefused if it is of another format, or none
     */
    public DocumentReader(InputStream in) throws IOException {
        json = DocumentJson.MAPPER.createParser(new BoundedInputStream(in, DocumentRules.MAX_BYTES));
        head = parsed(this::readHead);
    }

    public DocumentHead head() {
        return head;
    }

    private interface Parsing<T> {
        T run() throws IOException;
    }

    private static <T> T parsed(Parsing<T> parsing) throws IOException {
        try {
            return parsing.run();
        } catch (JsonProcessingException e) {
            throw new BundleRefused(
                    DocumentRules.in("it is not written as format " + DocumentHead.FORMAT + "; " + JsonProblem.of(e)));
        }
    }

    private DocumentHead readHead() throws IOException {
        require(json.nextToken(), JsonToken.START_OBJECT);
        field("format");
        require(json.nextToken(), JsonToken.VALUE_NUMBER_INT);
        if (!json.getText().equals(Integer.toString(DocumentHead.FORMAT))) {
            throw new BundleRefused("the bundle has format " + json.getText() + ", and this version reads format "
                    + DocumentHead.FORMAT + " alone; import it with a newer version");
        }
        var created = value("created", Instant.class);
        var source = value("source", DocumentHead.Source.class);
        field("entries");
        require(json.nextToken(), JsonToken.START_ARRAY);
        return new DocumentHead(created, source);
    }

    private void field(String name) throws IOException {
        require(json.nextToken(), JsonToken.FIELD_NAME);
        if (!json.currentName().equals(name)) {
            throw new BundleRefused(
                    DocumentRules.in("it has '" + json.currentName() + "' where '" + name + "' must stand"));
        }
    }

    private <T> T value(String name, Class<T> type) throws IOException {
        field(name);
        json.nextToken();
        return Optional.ofNullable(json.readValueAs(type)).orElseThrow(() -> unlike(name));
    }

    /** The next entry; empty: there are no more, and nothing else. */
    public Optional<DocumentEntry> next() throws IOException {
        return parsed(this::readNext);
    }

    private Optional<DocumentEntry> readNext() throws IOException {
        if (json.nextToken() == JsonToken.END_ARRAY) {
            require(json.nextToken(), JsonToken.END_OBJECT);
            if (json.nextToken() != null) {
                throw unlike("end");
            }
            rules.end();
            return Optional.empty();
        }
        DocumentEntry entry = ENTRY.readValue(json);
        if (entry == null) {
            throw unlike("entries");
        }
        rules.require(entry);
        return Optional.of(entry);
    }

    private static void require(JsonToken found, JsonToken wanted) {
        if (found != wanted) {
            throw new BundleRefused(DocumentRules.in("it is not written as format " + DocumentHead.FORMAT));
        }
    }

    private static BundleRefused unlike(String what) {
        return new BundleRefused(
                DocumentRules.in("its '" + what + "' is not as format " + DocumentHead.FORMAT + " has it"));
    }
}
