package dev.lading.bundle.document;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.stream.Stream;

/** Writes a document, entry by entry, each on a line of its own. */
public final class DocumentWriter implements Closeable {
    public static final int MAX_BYTES = DocumentRules.MAX_BYTES;
    public static final int MAX_CHANGES = DocumentRules.MAX_CHANGES;

    private final JsonGenerator json;
    private final DocumentRules rules = new DocumentRules();

    /** @param out the caller's to close */
    public DocumentWriter(OutputStream out, DocumentHead head) throws IOException {
        json = DocumentJson.MAPPER.createGenerator(out);
        json.setPrettyPrinter(new Lines());
        json.writeStartObject();
        json.writeNumberField("format", DocumentHead.FORMAT);
        json.writePOJOField("created", head.created());
        json.writePOJOField("source", head.source());
        json.writeArrayFieldStart("entries");
    }

    /** @throws dev.lading.bundle.BundleRefused if it may not come next */
    public void write(DocumentEntry entry) throws IOException {
        rules.require(entry);
        DocumentJson.MAPPER.writerFor(DocumentEntry.class).writeValue(json, entry);
    }

    public void write(Stream<? extends DocumentEntry> entries) throws IOException {
        for (DocumentEntry entry : (Iterable<DocumentEntry>) entries.map(DocumentEntry.class::cast)::iterator) {
            write(entry);
        }
    }

    /** Ends the document. */
    @Override
    public void close() throws IOException {
        rules.end();
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }

    /** Begins each entry on a new line. */
    private static final class Lines extends MinimalPrettyPrinter {
        @Override
        public void beforeArrayValues(JsonGenerator generator) throws IOException {
            generator.writeRaw('\n');
        }

        @Override
        public void writeEndArray(JsonGenerator generator, int count) throws IOException {
            generator.writeRaw("\n]");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(",\n");
        }
    }
}
