package dev.lading.management.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.http.RequestBody;
import dev.lading.http.late.ClientGone;
import dev.lading.oci.MediaType;
import io.vertx.ext.web.RoutingContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.jspecify.annotations.Nullable;

/**
 * Reads a form with files while it arrives: fields are collected, within the bound of a {@link Body}, and each file is
 * handed on before what follows it has been read. Source: RFC 7578.
 */
public final class Multipart {
    public static final String TYPE = "multipart/form-data";

    static final int MAX_PARTS = 256;
    static final int MAX_HEAD = 8 * 1024;

    private static final int BUFFER = 64 * 1024;

    private final Model<?> model;
    private final Map<String, FileHandler> files;
    private final Bounded body;
    private final MultipartInput parts;
    private final ObjectNode fields = Json.object();

    private Multipart(Model<?> model, String contentType, InputStream content, Map<String, FileHandler> files)
            throws IOException {
        this.model = model;
        this.files = files;
        this.body = new Bounded(content);
        this.parts = MultipartInput.builder()
                .setInputStream(body)
                .setBufferSize(BUFFER)
                .setBoundary(PartHead.boundary(contentType).getBytes(StandardCharsets.ISO_8859_1))
                .setMaxPartHeaderSize(MAX_HEAD)
                .get();
        parts.setHeaderCharset(StandardCharsets.UTF_8);
    }

    /** Takes a file as it arrives; what it leaves is skipped. Fields may follow that make the request a bad one. */
    @FunctionalInterface
    public interface FileHandler {
        void take(InputStream content) throws IOException;
    }

    /**
     * The validated fields of a form, or of any body without files that {@link Body} reads. A file's field has its
     * file name, and is of {@link Schema#FILE}.
     *
     * @param files by field; each is called at most once, by the time this returns
     * @throws Problem 400, 413 or 415
     */
    public static Values read(Model<?> model, RoutingContext request, Map<String, FileHandler> files)
            throws IOException {
        String type = request.request().getHeader("Content-Type");
        if (type != null && MediaType.ofHeader(type).value().equals(TYPE)) {
            return read(model, type, RequestBody.of(request), files);
        }
        Values values = Body.read(model, request, false);
        files.keySet().stream().filter(values::has).findFirst().ifPresent(file -> {
            throw Problem.field(file, "send the file itself, in " + TYPE);
        });
        return values;
    }

    static Values read(Model<?> model, String contentType, InputStream body, Map<String, FileHandler> files)
            throws IOException {
        try {
            return model.read(new Multipart(model, contentType, body, files).fields(), false);
        } catch (FileUploadException e) {
            if (e.getCause() instanceof ClientGone gone) {
                throw gone;
            }
            throw malformed(e.getMessage());
        }
    }

    static Problem malformed(@Nullable String why) {
        return Problem.detail(400, "the body is not " + TYPE + ": " + why);
    }

    private ObjectNode fields() throws IOException {
        if (!parts.skipPreamble()) {
            throw malformed("it has no part between its boundaries");
        }
        int count = 0;
        do {
            if (++count > MAX_PARTS) {
                throw malformed("it has more than " + MAX_PARTS + " parts");
            }
            part(PartHead.parse(parts.readHeaders()));
        } while (parts.readBoundary());
        body.skipRest();
        return fields;
    }

    private void part(PartHead head) throws IOException {
        FileHandler file = files.get(head.field());
        if (file != null) {
            if (fields.has(head.field())) {
                throw Problem.field(head.field(), "send one file");
            }
            fields.put(head.field(), head.fileName());
            InputStream content = parts.newInputStream();
            body.unbounded(() -> file.take(content));
            content.close();
        } else if (head.isFile()) {
            throw Problem.field(head.field(), "no file is taken here");
        } else {
            String text = new String(parts.newInputStream().readAllBytes(), StandardCharsets.UTF_8);
            model.addFormValue(fields, head.field(), text);
        }
    }

    /** A body of which no more than {@link Body#MAX_BYTES} may be something else than files. */
    private static final class Bounded extends FilterInputStream {
        private long left = Body.MAX_BYTES;
        private boolean counts = true;

        Bounded(InputStream content) {
            super(content);
        }

        private interface Reading {
            void run() throws IOException;
        }

        void unbounded(Reading reading) throws IOException {
            counts = false;
            reading.run();
            counts = true;
        }

        /** Clients that still send would not read an answer. */
        void skipRest() throws IOException {
            byte[] buffer = new byte[BUFFER];
            while (read(buffer, 0, buffer.length) >= 0) {
                // Counted.
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = super.read(target, offset, length);
            if (counts && n > 0) {
                left -= n;
                if (left < 0) {
                    throw Problem.detail(413, "the body's fields are larger than " + Body.MAX_BYTES + " bytes");
                }
            }
            return n;
        }
    }
}
