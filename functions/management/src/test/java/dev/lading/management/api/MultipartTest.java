package dev.lading.management.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.http.late.ClientGone;
import dev.lading.management.api.Multipart.FileHandler;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {
    private static final String TYPE = "multipart/form-data; boundary=xYz";
    private static final Model<Void> MODEL = new Model<Void>("Form")
            .needs("file", Schema.FILE)
            .takes("name", Schema.TEXT)
            .takes("tags", Schema.listOf(Schema.TEXT));

    private static final String FILE = part("file\"; filename=\"a.bin", "the bytes");
    private static final String NAME = part("name", "a name");

    private final List<String> received = new ArrayList<>();

    private static String part(String name, String content) {
        return "--xYz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + content + "\r\n";
    }

    private static String form(String... parts) {
        return String.join("", parts) + "--xYz--\r\n";
    }

    private Values read(String body) throws IOException {
        return read(TYPE, new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    private Values read(String type, InputStream body) throws IOException {
        FileHandler file = content -> received.add(new String(content.readAllBytes(), UTF_8));
        return Multipart.read(MODEL, type, body, Map.of("file", file));
    }

    private void assertRefused(int status, String body) {
        assertRefused(status, TYPE, body);
    }

    private void assertRefused(int status, String type, String body) {
        assertThatThrownBy(() -> read(type, new ByteArrayInputStream(body.getBytes(ISO_8859_1))))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
    }

    @Test
    void fields_come_before_and_after_a_file() throws IOException {
        for (String body : List.of(form(FILE, NAME), form(NAME, FILE), form(part("tags", "a"), FILE, NAME))) {
            Values values = read(body);

            assertThat(values.text("name")).isEqualTo("a name");
            assertThat(values.text("file")).isEqualTo("a.bin");
        }
        assertThat(received).hasSize(3).containsOnly("the bytes");
    }

    @Test
    void a_field_that_is_repeated_is_a_list() throws IOException {
        assertThat(read(form(part("tags", "ä"), FILE, part("tags", "b"))).texts("tags", List.of()))
                .containsExactly("ä", "b");
    }

    @Test
    void bytes_that_look_like_a_boundary_are_a_files() throws IOException {
        String content = "\r\n--xY\r\n--xYy--\r\n\r\n--xY";

        read(form(part("file\"; filename=\"f", content)));

        assertThat(received).containsExactly(content);
    }

    @Test
    void a_preamble_an_epilogue_and_a_quoted_boundary_are_read() throws IOException {
        var body = new ByteArrayInputStream(("ignored\r\n" + form(FILE) + "ignored").getBytes(UTF_8));

        read("Multipart/Form-Data; charset=utf-8; boundary=\"xYz\"", body);

        assertThat(received).containsExactly("the bytes");
    }

    @Test
    void a_file_is_handed_on_before_the_rest_has_come() throws IOException {
        var rest = new ByteArrayInputStream(form("\r\n" + NAME).getBytes(UTF_8));
        String begun = FILE.substring(0, FILE.length() - 2) + "-".repeat(200_000);
        var body = new SequenceInputStream(new ByteArrayInputStream(begun.getBytes(UTF_8)), rest);
        List<Integer> unread = new ArrayList<>();

        Values values = Multipart.read(MODEL, TYPE, body, Map.of("file", content -> {
            content.readNBytes(10);
            unread.add(rest.available());
        }));

        assertThat(unread).containsExactly(form("\r\n" + NAME).length());
        assertThat(values.text("name")).isEqualTo("a name");
    }

    @Test
    void a_file_may_be_larger_than_fields_may() throws IOException {
        read(form(part("file\"; filename=\"f", "x".repeat(3 * Body.MAX_BYTES)), NAME));

        assertThat(received.getFirst()).hasSize(3 * Body.MAX_BYTES);
    }

    @Test
    void fields_larger_than_a_body_are_refused() {
        String half = "x".repeat(Body.MAX_BYTES / 2);

        assertRefused(413, form(part("tags", half), FILE, part("tags", half)));
        assertRefused(413, form(FILE) + half + half);
        assertRefused(413, half + half + "\r\n" + form(FILE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no parts",
                "--xYz--\r\n",
                "--xYz",
                "--xYz\r\n",
                "--xYz\r\nContent-Disposition: form-data; name=file; filename=f\r\n\r\nno end",
                "--xYz\r\nContent-Disposition: form-data; name=name\r\n\r\nno end",
                "--xYz\r\nContent-Disposition: form-data; name=file; filename=f\r\n\r\nno end\r\n--xYz",
                "--xYz\r\nContent-Disposition: form-data; name=file; filename=f\r\n\r\nx\r\n--xYz!!",
                "--xYz\r\nno colon\r\n\r\nx\r\n--xYz--",
                "--xYz\r\n\r\nno head\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name=\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: attachment; name=file\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name=name\r\n"
                        + "Content-Type: multipart/mixed; boundary=in\r\n\r\n--in--\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name=name\r\n"
                        + "Content-Transfer-Encoding: base64\r\n\r\neA==\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name=other; filename=f\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name=unknown\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name*=bad'charset'%zz\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name*=no-such''%41\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name*=''%\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name*=%\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name==?x?q?=4?=\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name==?utf-8?b?=!?=\r\n\r\nx\r\n--xYz--",
                "--xYz\r\nContent-Disposition: form-data; name==??q??=\r\n\r\nx\r\n--xYz--"
            })
    void what_is_no_form_is_refused(String body) {
        assertRefused(400, body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=\u00e4",
                "multipart/form-data; boundary=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void a_type_without_a_boundary_is_refused(String type) {
        assertRefused(400, type, form(FILE));
    }

    @Test
    void a_huge_head_many_parts_and_a_second_file_are_refused() {
        assertRefused(400, form(part("x".repeat(Multipart.MAX_HEAD), "y")));
        assertRefused(400, form(FILE, FILE));
        assertRefused(400, form(NAME));
        String many = IntStream.range(0, 10_000).mapToObj(i -> part("tags", "")).collect(Collectors.joining());
        assertRefused(400, form(FILE, many));
    }

    @Test
    void a_client_that_breaks_off_is_told_apart() {
        for (String begun : List.of(FILE + "--xYz\r\nContent-", FILE.substring(0, 80))) {
            InputStream broken = new FilterInputStream(InputStream.nullInputStream()) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    throw new ClientGone("the client broke off", null);
                }
            };
            var body = new SequenceInputStream(new ByteArrayInputStream(begun.getBytes(UTF_8)), broken);

            assertThatThrownBy(() -> read(TYPE, body)).isInstanceOf(ClientGone.class);
        }
    }
}
