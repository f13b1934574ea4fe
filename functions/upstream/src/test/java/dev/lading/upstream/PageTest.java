package dev.lading.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.oci.Digest;
import dev.lading.oci.Tag;
import dev.lading.testing.Reply;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of lists that are too large or wrong. */
class PageTest extends Fixture {
    private final Digest image = image("1");

    private List<Tag> tags(String page) {
        registry.fault("tags", reply -> Reply.json(200, page).chunked());
        return open().tags().toList();
    }

    @Test
    void a_page_of_millions_of_tags_is_not_held() {
        String page = "{\"tags\":[" + "\"a\",".repeat(4_000_000) + "\"a\"]}";

        assertThatThrownBy(() -> tags(page))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("its 'tags' has more than 500000 entries")
                .hasMessageContaining("name those that are wanted in the remote's includes");
    }

    @Test
    void what_else_is_in_a_page_is_passed_over() {
        assertThat(tags("{\"manifest\":{" + "\"x\":{},".repeat(100_000) + "\"y\":[\"" + "z".repeat(1_000_000)
                        + "\"]},\"tags\":[\"1\",\"2\"],\"more\":[" + "[],".repeat(1_000_000) + "[]]}"))
                .containsExactly(new Tag("1"), new Tag("2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"tags\":null}", "{\"tags\":[]}", "{\"name\":\"library/app\",\"tags\":null} \n"})
    void no_tags_are_none(String page) {
        assertThat(tags(page)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"tags\":{\"a\":\"b\"}}         | not one list",
                "{\"tags\":\"a\"}               | not one list",
                "{\"tags\":[\"a\"],\"tags\":[\"b\"]} | not one list",
                "{\"tags\":[\"a\"]}{}           | more than a JSON object",
                "{\"tags\":[\"a\"               | not JSON",
                "{\"tags\":[[\"a\"]]}           | '['",
                "[\"a\"]                        | not a JSON object",
                "{\"tags\":[\"LONG\"]}          | too long a text",
                "{\"x\":DEEP}                   | too deep",
            })
    void a_page_that_is_no_list_is_refused(String page, String why) {
        assertThatThrownBy(() -> tags(page.replace("LONG", "a".repeat(5000)).replace("DEEP", "[".repeat(5000))))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining(why);
    }

    @Test
    void a_page_may_have_16_mib() {
        assertThatThrownBy(() -> tags("{\"x\":\"" + "a".repeat(17_000_000) + "\"}"))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("a page has more than 16777216 bytes");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void referrers_have_a_limit(boolean inPages) {
        String one = "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":1,\"digest\":\"sha256:"
                + "0".repeat(64) + "\",\"annotations\":{" + "\"k\":\"\",".repeat(50) + "\"l\":\"\"}}";
        int count = inPages ? 5_000 : 10_001;
        String page = "{\"manifests\":[" + (one + ",").repeat(count) + one + "]}";
        registry.fault("referrers", reply -> {
            Reply answer = Reply.of(200, page).with("Content-Type", "application/vnd.oci.image.index.v1+json");
            return inPages ? answer.with("Link", "<?page=" + registry.requests().size() + ">; rel=\"next\"") : answer;
        });

        assertThatThrownBy(() -> open().referrers(image))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("more than 10000")
                .hasMessageContaining("switch the remote's field referrers off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"digest\":\"md5:1\",\"mediaType\":\"a\"}", "[]", "1"})
    void a_referrer_without_digest_and_type_is_refused(String referrer) {
        registry.fault(
                "referrers",
                reply -> Reply.of(200, "{\"manifests\":[" + referrer + "]}")
                        .with("Content-Type", "application/vnd.oci.image.index.v1+json"));

        assertThatThrownBy(() -> open().referrers(image))
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("one of its descriptors cannot be read");
    }

    @Test
    @Timeout(20)
    void a_link_that_never_ends_is_no_end_of_the_list() {
        registry.fault("tags", reply -> reply.with("Link", "<?a>; rel=\"" + "next ".repeat(12_000)));

        assertThatThrownBy(() -> open().tags())
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("its Link header cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/library/app/tags/list?last=b; rel=\"next\"",
                "</v2/library/app/tags/list>; rel=\"next\"",
                "</v2/library/app/tags/list?last=b; rel=\"next\"",
                "</v2/library/app/tags/list?last=b>",
                "</v2/library/app/tags/list?last=b>; rel=\"nextpage\"",
                "<https://elsewhere.example/v2/library/app/tags/list?last=b>; title=\"next\"",
                "next",
            })
    void a_link_that_cannot_be_read_is_no_end_of_the_list(String link) {
        registry.fault("tags", reply -> reply.with("Link", link));

        assertThatThrownBy(() -> open().tags())
                .isInstanceOf(InvalidAnswer.class)
                .hasMessageContaining("ink")
                .hasMessageContaining("tag list of library/app wrongly");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "</v2/library/app/tags/list?n=1>; rel=\"first\"",
                "<https://cdn.example/style.css>; rel=preload; as=style",
                "<https://docs.example>; rel=help, </v2/library/app/tags/list?n=1>; rel=prev",
            })
    void links_that_lead_elsewhere_are_none_to_the_next_page(String link) {
        registry.fault("tags", reply -> reply.with("Link", link));

        assertThat(open().tags()).containsExactly(new Tag("1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rel=next", "rel='next'", "rel=\"next\"", "REL = \"first Next\"", "x=\"y\"; rel=\"next last\""})
    void the_next_page_is_found_by_its_relation(String relation) {
        registry.fault("tags", 1, reply -> Reply.json(200, "{\"tags\":[\"0\"]}").with("Link", "<?a>; " + relation));

        assertThat(open().tags()).containsExactly(new Tag("0"), new Tag("1"));
    }

    @Test
    void in_an_answer_with_a_token_nothing_else_is_held() {
        registry.demandTokens(300);
        registry.fault(
                "token",
                1,
                reply -> Reply.json(
                        200, "{\"x\":[" + "{},".repeat(300_000) + "{}],\"token\":\"token-1\",\"expires_in\":\"300\"}"));

        assertThat(open().tags()).containsExactly(new Tag("1"));
    }
}
