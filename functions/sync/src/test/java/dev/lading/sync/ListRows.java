package dev.lading.sync;

import static dev.lading.sync.Misbehaviour.failed;
import static dev.lading.sync.Misbehaviour.kept;
import static dev.lading.sync.Misbehaviour.leftOut;

import dev.lading.testing.Reply;
import java.util.List;

/** Lists of tags that are wrong. */
final class ListRows {
    private static final String LIST = "/v2/library/app/tags/list";

    private ListRows() {}

    static List<Misbehaviour> noLists() {
        return List.of(
                failed("a web page, with status 200", s -> s.tagList("<html>Log in</html>"), "it is not JSON"),
                failed("`{}`", s -> s.tagList("{}"), "it has no 'tags'"),
                failed("`{\"name\": …}` alone", s -> s.tagList("{\"name\":\"library/app\"}"), "it has no 'tags'"),
                failed(
                        "`{\"errors\": […]}`, with status 200",
                        s -> s.tagList("{\"errors\":[{\"code\":\"DENIED\"}]}"),
                        "it has no 'tags'"),
                failed("`{\"Tags\": […]}`", s -> s.tagList("{\"Tags\":[\"v1\"]}"), "it has no 'tags'"),
                failed("`{\"tags\": \"v1\"}`", s -> s.tagList("{\"tags\":\"v1\"}"), "not one list"),
                failed("`{\"tags\": {\"v1\": …}}`", s -> s.tagList("{\"tags\":{\"v1\":{}}}"), "not one list"),
                failed("`{\"tags\": [1]}`", s -> s.tagList("{\"tags\":[1]}"), "which is no text"),
                failed("`{\"tags\": [null]}`", s -> s.tagList("{\"tags\":[null]}"), "which is no text"),
                failed("two lists in one document", s -> s.tagList("{\"tags\":[],\"tags\":[\"v1\"]}"), "not one list"),
                failed("`[\"v1\"]`", s -> s.tagList("[\"v1\"]"), "not a JSON object"),
                failed("`\"v1\"`", s -> s.tagList("\"v1\""), "not a JSON object"),
                failed("`null`", s -> s.tagList("null"), "not a JSON object"),
                failed("nothing, with status 200", s -> s.tagList(""), "not a JSON object"),
                failed("half a document", s -> s.tagList("{\"tags\":[\"v1\""), "it is not JSON"),
                failed("a document and more", s -> s.tagList("{\"tags\":[\"v1\"]}{}"), "more than a JSON object"),
                failed("status 204", s -> s.upstream().fault("tags/list", r -> Reply.of(204)), "204"),
                failed("status 206", s -> s.upstream().fault("tags/list", r -> Reply.of(206)), "206"),
                failed(
                        "status 404",
                        s -> s.upstream().fault("tags/list", r -> Reply.error(404, "NAME_UNKNOWN")),
                        "404"),
                failed("status 401, without saying how to log in", s -> s.answer("tags/list", 401), "401"),
                failed("status 403", s -> s.answer("tags/list", 403), "403"),
                failed("status 501", s -> s.answer("tags/list", 501), "501"),
                failed("status 500, always", s -> s.answer("tags/list", 500), "500"),
                failed(
                        "redirects in a circle",
                        s -> s.upstream().fault("tags/list", r -> Reply.redirect(302, LIST + "?n=1000")),
                        "in a circle"),
                failed("redirects to nowhere", s -> s.upstream().fault("tags/list", r -> Reply.of(302)), "no address"),
                kept("status 502, once", s -> s.once("tags/list", 502)),
                kept("status 520, once", s -> s.once("tags/list", 520)),
                kept("status 408, once", s -> s.once("tags/list", 408)),
                kept("status 425, once", s -> s.once("tags/list", 425)),
                kept(
                        "status 429, once",
                        s -> s.upstream()
                                .fault("tags/list", 1, r -> Reply.of(429).with("Retry-After", "2"))),
                kept(
                        "a connection that breaks in the list",
                        s -> s.upstream().fault("tags/list", 1, r -> r.resetAfter(9))),
                kept("status 400 to `n=1000`", s -> s.answer("list\\?n=1000", 400)));
    }

    static List<Misbehaviour> emptyLists() {
        return List.of(
                failed("`{\"tags\": []}`", s -> s.tagList("{\"tags\":[]}"), "its list has no tag", "mirror_empty"),
                failed("`{\"tags\": null}`", s -> s.tagList("{\"tags\":null}"), "its list has no tag", "4"),
                kept("`{\"tags\": []}`, and `mirror_empty` was asked for", s -> s.tagList("{\"tags\":[]}"))
                        .when(SyncFixture::emptying)
                        .without("v1", "v3", "multi", "SIGNATURE"),
                failed("nothing that the filters name", s -> s.tagList("{\"tags\":[\"w1\"]}"), "mirror_empty")
                        .of(remote -> remote.includes("v*")),
                failed("names that are no tags alone", s -> s.tagList("{\"tags\":[\".v\"]}"), "mirror_empty"),
                failed(
                        "status 404 for all tags of the list",
                        s -> s.answer("manifests/[^s]", 404),
                        "none of the tags that the remote names any more"),
                failed(
                                "status 404 for all tags that the remote names",
                                s -> s.answer("manifests/", 404),
                                "mirror_empty")
                        .of(remote -> remote.includes("v1", "v2")));
    }

    static List<Misbehaviour> links() {
        return List.of(
                failed("`Link` without brackets", s -> link(s, LIST + "?last=v1; rel=\"next\""), "Link header"),
                failed("`Link` with one bracket", s -> link(s, "<" + LIST + "?last=v1; rel=\"next\""), "Link header"),
                failed("`Link` without a query", s -> link(s, "<" + LIST + ">; rel=\"next\""), "has no query"),
                failed("`Link` without a relation", s -> link(s, "<" + LIST + "?last=v1>"), "Link header"),
                failed("`Link` with `rel=\"nxt\"`", s -> link(s, "<" + LIST + "?last=v1>; rel=\"nxt\""), "Link header"),
                failed("`Link` to itself", s -> link(s, "<" + LIST + "?n=1000>; rel=\"next\""), "in a circle"),
                failed("`Link` with spaces in it", s -> link(s, "<" + LIST + "?last=a b>; rel=next"), "no address"),
                kept("`Link` with `rel=next` or `REL='Next'`", s -> page(s, "<" + LIST + "?last=v1>; REL='Next'")),
                kept("`Link` to another host", s -> page(s, "<https://elsewhere.example/v2/x?last=v1>; rel=\"next\"")),
                kept("`Link` to a style sheet", s -> link(s, "<https://cdn.example/s.css>; rel=preload")),
                failed("a second page that is no list", s -> brokenPage(s, Reply.json(200, "{}")), "it has no 'tags'"),
                failed("a second page with status 404", s -> brokenPage(s, Reply.error(404, "NAME_UNKNOWN")), "404"),
                kept("a second page with status 503, once", s -> {
                    s.once("last=", 503);
                    page(s, "<" + LIST + "?last=v1>; rel=\"next\"");
                }));
    }

    private static void link(Misbehaviour.Scene scene, String value) {
        scene.upstream().fault("tags/list", reply -> reply.with("Link", value));
    }

    /** Splits off the first page; the others follow. */
    private static void page(Misbehaviour.Scene scene, String link) {
        scene.upstream()
                .fault(
                        "tags/list\\?n=",
                        reply -> Reply.json(200, "{\"tags\":[\"multi\",\"" + scene.signature() + "\",\"v1\"]}")
                                .with("Link", link));
    }

    private static void brokenPage(Misbehaviour.Scene scene, Reply second) {
        page(scene, "<" + LIST + "?last=v1>; rel=\"next\"");
        scene.upstream().fault("last=", reply -> second);
    }

    static List<Misbehaviour> names() {
        String longest = "x".repeat(129);
        return List.of(
                leftOut("`sha256:…`", s -> s.listed("sha256:" + "0".repeat(64)), "'sha256:…'"),
                leftOut("`1.0+build`", s -> s.listed("1.0+build"), "'1.0+build'"),
                leftOut("`.hidden`", s -> s.listed(".hidden"), "'.hidden'"),
                leftOut("`a/b`", s -> s.listed("a/b"), "'a/b'"),
                leftOut("an empty name", s -> s.listed(""), "''"),
                leftOut("a name of 129 characters", s -> s.listed(longest), "'" + longest + "'"),
                leftOut("a name with a line break", s -> s.listed("a\\nb"), "'a?b'"),
                leftOut("a name that is not of ASCII", s -> s.listed("vérsion"), "'vérsion'"),
                kept("`1.0+build`, which the filters exclude", s -> s.listed("1.0+build"))
                        .of(remote -> remote.excludes("*+*")),
                kept("a tag twice", s -> s.listed("v1")),
                failed("`1.0+build`, and the remote is strict", s -> s.listed("1.0+build"), "1.0+build", "strict")
                        .of(remote -> remote.strict()),
                kept("a tag that is not there any more", s -> s.listed("v4")));
    }
}
