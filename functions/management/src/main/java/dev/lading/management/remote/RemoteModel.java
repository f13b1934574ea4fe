package dev.lading.management.remote;

import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.management.api.Values;
import dev.lading.management.resource.LabelActions;
import dev.lading.management.resource.ResourceModel;
import dev.lading.management.resource.TypeFilters;
import dev.lading.metadata.Labels;
import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.operation.ResourceType;
import dev.lading.remote.Platform;
import dev.lading.remote.Remote;
import dev.lading.remote.RemoteConnection;
import dev.lading.remote.RemoteKind;
import dev.lading.remote.RemotePolicy;
import dev.lading.remote.RemoteSecrets;
import dev.lading.remote.RemoteSettings;
import dev.lading.remote.RemoteUrl;
import dev.lading.remote.SealedSecret;
import dev.lading.remote.SealedSecrets;
import dev.lading.remote.Sealing;
import dev.lading.sync.plan.TagFilter;
import dev.lading.upstream.Upstream;
import dev.lading.upstream.http.RemoteHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Remotes as the API shows and accepts them. */
public final class RemoteModel {
    private static final Schema TIMEOUT = Schema.NUMBER.orNull().from(0);
    private static final Schema FILLED = Schema.TEXT.orNull().filled();
    private static final Schema TAGS =
            Schema.listOf(Schema.TEXT.filled().upToLength(255)).orNull();
    private static final Schema NAMES =
            Schema.listOf(Schema.TEXT.filled().upToLength(255)).orNull();
    static final String OTHER_UPSTREAM = "other_upstream";
    private static final Schema TOKEN_HOSTS =
            Schema.listOf(Schema.TEXT.filled().upToLength(253)).orNull();
    private static final Schema POLICY = Schema.oneOf(
                    Stream.of(RemotePolicy.values()).map(RemotePolicy::toString).toList())
            .orElse("immediate");

    /** Length limit by which a record has room for all four. */
    private static final Schema CREDENTIAL = FILLED.upToLength(16_384);

    public static final Model<Remote> REMOTE = describe(ResourceType.REMOTE, "container.ContainerRemote", POLICY)
            .requires("upstream_name", Schema.TEXT.filled(), of(RemoteSettings::upstreamName))
            .allows("includes", TAGS, of(remote -> orNull(remote.includes())))
            .allows("excludes", TAGS, of(remote -> orNull(remote.excludes())))
            .takes("include_tags", TAGS)
            .takes("exclude_tags", TAGS)
            .allows(
                    "platforms",
                    Schema.listOf(Schema.TEXT.filled().upToLength(200))
                            .orNull()
                            .described("Lading's own: platforms to take from an index, as os/architecture[/variant]"),
                    of(remote -> orNull(remote.platforms())))
            .allows(
                    "referrers",
                    Schema.BOOLEAN
                            .orElse(true)
                            .described("Lading's own: whether to ask the upstream for the referrers of what is taken"),
                    of(RemoteSettings::referrers))
            .allows(
                    "strict",
                    Schema.BOOLEAN
                            .orElse(false)
                            .described("Lading's own: whether a sync fails where it would else leave something out"),
                    of(RemoteSettings::strict))
            .allows(
                    "token_hosts",
                    TOKEN_HOSTS.described("Lading's own: other hosts that may be shown the password to get a token"),
                    connection(connection -> orNull(connection.tokenHosts())))
            .allows("sigstore", Schema.URI.filled(), of(RemoteSettings::sigstore));

    /** Model of a list of all kinds of remotes. */
    static final Model<Remote> GENERIC = describe(RemoteModel::type, "GenericRemote", POLICY);

    public static final Model<Remote> PULL_THROUGH = describe(
                    ResourceType.PULL_THROUGH_REMOTE,
                    "container.ContainerPullThroughRemote",
                    Schema.oneOf(List.of("on_demand")).orElse("on_demand"))
            .allows("includes", NAMES, of(remote -> orNull(remote.includes())))
            .allows("excludes", NAMES, of(remote -> orNull(remote.excludes())))
            .allows(
                    "token_hosts",
                    TOKEN_HOSTS.described("Lading's own: other hosts that may be shown the password to get a token"),
                    connection(connection -> orNull(connection.tokenHosts())))
            .takes(
                    OTHER_UPSTREAM,
                    Schema.BOOLEAN
                            .orElse(false)
                            .described("Lading's own: whether the url may change while content of it is held"));

    public static final Listing<Remote> LIST = list(REMOTE);
    public static final Listing<Remote> GENERIC_LIST =
            TypeFilters.filter(list(GENERIC), RemoteModel::type).sortedBy("-pulp_created");

    public static final Listing<Remote> PULL_THROUGH_LIST = list(PULL_THROUGH);

    public static final List<Model<?>> MODELS = List.of(REMOTE, GENERIC, PULL_THROUGH);

    private RemoteModel() {}

    private static ResourceType type(Remote remote) {
        return remote.settings().kind() == RemoteKind.PULL_THROUGH
                ? ResourceType.PULL_THROUGH_REMOTE
                : ResourceType.REMOTE;
    }

    private static Model<Remote> describe(ResourceType type, String name, Schema policy) {
        return describe(remote -> type, name, policy);
    }

    private static Model<Remote> describe(Function<Remote, ResourceType> type, String name, Schema policy) {
        return ResourceModel.<Remote>model(type, name, RemoteModel::id, Remote::created, Remote::updated)
                .requires("name", Schema.TEXT.filled(), of(RemoteSettings::name))
                .requires("url", Schema.TEXT.filled(), of(RemoteSettings::url))
                .allows("pulp_labels", Schema.LABELS, of(RemoteSettings::labels))
                .allows("policy", policy, of(RemoteSettings::policy))
                .shows("hidden_fields", Schema.listOf(Schema.OBJECT), remote -> hidden(remote))
                .allows("ca_cert", FILLED, connection(RemoteConnection::caCert))
                .allows("client_cert", FILLED, connection(RemoteConnection::clientCert))
                .takes(RemoteSecrets.CLIENT_KEY, FILLED)
                .allows("tls_validation", Schema.BOOLEAN, connection(RemoteConnection::tlsValidation))
                .allows("proxy_url", FILLED, connection(RemoteConnection::proxyUrl))
                .takes(RemoteSecrets.PROXY_USERNAME, CREDENTIAL)
                .takes(RemoteSecrets.PROXY_PASSWORD, CREDENTIAL)
                .takes(RemoteSecrets.USERNAME, CREDENTIAL)
                .takes(RemoteSecrets.PASSWORD, CREDENTIAL)
                .allows("max_retries", Schema.INTEGER.orNull(), connection(RemoteConnection::maxRetries))
                .allows("total_timeout", TIMEOUT, connection(RemoteConnection::totalTimeout))
                .allows("connect_timeout", TIMEOUT, connection(RemoteConnection::connectTimeout))
                .allows("sock_connect_timeout", TIMEOUT, connection(RemoteConnection::sockConnectTimeout))
                .allows("sock_read_timeout", TIMEOUT, connection(RemoteConnection::sockReadTimeout))
                .takes(RemoteSecrets.HEADERS, Schema.listOf(Schema.mapOf(Schema.TEXT)))
                .allows(
                        "download_concurrency",
                        Schema.INTEGER.orNull().from(1),
                        connection(RemoteConnection::downloadConcurrency))
                .allows("rate_limit", Schema.INTEGER.orNull(), connection(RemoteConnection::rateLimit));
    }

    private static Listing<Remote> list(Model<Remote> model) {
        return ResourceModel.labelled(
                        ResourceModel.listing(model, RemoteModel::id),
                        remote -> remote.settings().labels())
                .filter("name", Schema.TEXT, Lookup.NAMES)
                .filter("pulp_last_updated", Schema.TIME, Lookup.TIMES)
                // Not by secrets: their order would reveal them.
                .orders(
                        "name",
                        "url",
                        "policy",
                        "ca_cert",
                        "client_cert",
                        "tls_validation",
                        "proxy_url",
                        "max_retries",
                        "total_timeout",
                        "connect_timeout",
                        "sock_connect_timeout",
                        "sock_read_timeout",
                        "download_concurrency",
                        "rate_limit");
    }

    private static UUID id(Remote remote) {
        return remote.id().value();
    }

    private static Function<Remote, Object> of(Function<RemoteSettings, ?> value) {
        return remote -> value.apply(remote.settings());
    }

    private static Function<Remote, Object> connection(Function<RemoteConnection, ?> value) {
        return remote -> value.apply(remote.settings().connection());
    }

    private static <T> Optional<List<T>> orNull(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list);
    }

    /** The secret fields, with whether each has a value. */
    private static List<Map<String, Object>> hidden(Remote remote) {
        Set<String> held = SecretsAgain.held(remote.settings());
        return SecretsAgain.ALL.stream()
                .<Map<String, Object>>map(field -> Map.of("name", field, "is_set", held.contains(field)))
                .toList();
    }

    private static RemoteConnection defaults() {
        return new RemoteConnection(
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** Settings of a new remote from a body. */
    static RemoteSettings create(Values body, Sealing sealing) {
        var created = new RemoteSettings(
                RemoteKind.CONTAINER,
                body.text("name"),
                RemoteUrl.of("url", body.text("url")),
                body.text("upstream_name"),
                RemotePolicy.parse(body.text("policy")),
                tags(body, "includes", "include_tags", List.of()),
                tags(body, "excludes", "exclude_tags", List.of()),
                platforms(body, List.of()),
                body.bool("referrers", true),
                body.bool("strict", false),
                sigstore(body, Optional.empty()),
                LabelActions.labels(body, Labels.NONE),
                changed(body, defaults()),
                changed(body, SealedSecrets.NONE, sealing));
        requireUsable(body, created);
        return created;
    }

    /**
     * Settings changed by a body.
     *
     * @throws dev.lading.management.api.Problem if secrets would be sent elsewhere and the body does not give them
     *     again
     */
    static RemoteSettings changed(Values body, RemoteSettings before, Sealing sealing) {
        var after = new RemoteSettings(
                RemoteKind.CONTAINER,
                body.text("name", before.name()),
                RemoteUrl.of("url", body.text("url", before.url().text())),
                body.text("upstream_name", before.upstreamName()),
                RemotePolicy.parse(body.text("policy", before.policy().toString())),
                tags(body, "includes", "include_tags", before.includes()),
                tags(body, "excludes", "exclude_tags", before.excludes()),
                platforms(body, before.platforms()),
                body.bool("referrers", before.referrers()),
                body.bool("strict", before.strict()),
                sigstore(body, before.sigstore()),
                LabelActions.labels(body, before.labels()),
                changed(body, before.connection()),
                changed(body, before.secrets(), sealing));
        SecretsAgain.require(body, before, after);
        requireUsable(body, after);
        return after;
    }

    /** Settings of a new pull-through remote from a body. */
    static RemoteSettings createPullThrough(Values body, Sealing sealing) {
        var created = pullThrough(
                body,
                body.text("name"),
                body.text("url"),
                List.of(),
                List.of(),
                Labels.NONE,
                defaults(),
                changed(body, SealedSecrets.NONE, sealing));
        created.requirePorts();
        return created;
    }

    /** Settings of a pull-through remote, changed by a body; throws as {@link #changed(Values, RemoteSettings, Sealing)}. */
    static RemoteSettings changedPullThrough(Values body, RemoteSettings before, Sealing sealing) {
        var after = pullThrough(
                body,
                body.text("name", before.name()),
                body.text("url", before.url().text()),
                before.includes(),
                before.excludes(),
                before.labels(),
                before.connection(),
                changed(body, before.secrets(), sealing));
        SecretsAgain.require(body, before, after);
        if (body.has("url") || body.has("proxy_url")) {
            after.requirePorts();
        }
        return after;
    }

    private static RemoteSettings pullThrough(
            Values body,
            String name,
            String url,
            List<String> includes,
            List<String> excludes,
            Labels labels,
            RemoteConnection connection,
            SealedSecrets secrets) {
        return new RemoteSettings(
                RemoteKind.PULL_THROUGH,
                name,
                RemoteUrl.of("url", url),
                "",
                RemotePolicy.ON_DEMAND,
                body.texts("includes", includes),
                body.texts("excludes", excludes),
                List.of(),
                true,
                false,
                Optional.empty(),
                LabelActions.labels(body, labels),
                changed(body, connection),
                secrets);
    }

    /** Validates what a body changes: remotes of earlier versions may have settings that no sync can use. */
    private static void requireUsable(Values body, RemoteSettings after) {
        if (body.has("url") || body.has("proxy_url")) {
            after.requirePorts();
        }
        if (body.has("url") || body.has("upstream_name")) {
            Upstream.requireName(after.url(), after.upstreamName());
        }
        for (String field : List.of("includes", "include_tags")) {
            TagFilter.requireIncludes(field, body.texts(field, List.of()));
        }
        for (String field : List.of("excludes", "exclude_tags")) {
            TagFilter.requireTags(field, body.texts(field, List.of()));
        }
    }

    /** The address that a body has, or the one of before. */
    private static Optional<RemoteUrl> url(Values body, String field, Optional<RemoteUrl> before) {
        return body.text(field, before.map(RemoteUrl::text)).map(text -> RemoteUrl.of(field, text));
    }

    private static Optional<RemoteUrl> sigstore(Values body, Optional<RemoteUrl> before) {
        Optional<RemoteUrl> after = url(body, "sigstore", before);
        if (after.isPresent() && !after.equals(before)) {
            throw new FieldInvalid(
                    "sigstore",
                    "signatures are not taken from a sigstore yet; those of cosign come along by their tags and as"
                            + " referrers");
        }
        return after;
    }

    /** The newer field's tags with those of the older one. */
    private static List<String> tags(Values body, String field, String olderField, List<String> before) {
        List<String> older = body.texts(olderField, List.of());
        return older.isEmpty()
                ? body.texts(field, before)
                : Stream.concat(body.texts(field, List.of()).stream(), older.stream())
                        .toList();
    }

    private static List<Platform> platforms(Values body, List<Platform> before) {
        return body.has("platforms")
                ? body.texts("platforms", List.of()).stream()
                        .map(Platform::parse)
                        .toList()
                : before;
    }

    private static RemoteConnection changed(Values body, RemoteConnection before) {
        return new RemoteConnection(
                body.text("ca_cert", before.caCert()),
                body.text("client_cert", before.clientCert()),
                body.bool("tls_validation", before.tlsValidation()),
                url(body, "proxy_url", before.proxyUrl()),
                body.integer("max_retries", before.maxRetries()),
                body.number("total_timeout", before.totalTimeout()),
                body.number("connect_timeout", before.connectTimeout()),
                body.number("sock_connect_timeout", before.sockConnectTimeout()),
                body.number("sock_read_timeout", before.sockReadTimeout()),
                List.of(),
                body.integer("download_concurrency", before.downloadConcurrency()),
                body.integer("rate_limit", before.rateLimit()),
                body.texts("token_hosts", before.tokenHosts()));
    }

    private static SealedSecrets changed(Values body, SealedSecrets before, Sealing sealing) {
        return new SealedSecrets(
                secret(body, RemoteSecrets.USERNAME, before.username(), sealing),
                secret(body, RemoteSecrets.PASSWORD, before.password(), sealing),
                secret(body, RemoteSecrets.PROXY_USERNAME, before.proxyUsername(), sealing),
                secret(body, RemoteSecrets.PROXY_PASSWORD, before.proxyPassword(), sealing),
                secret(body, RemoteSecrets.CLIENT_KEY, before.clientKey(), sealing),
                body.has(RemoteSecrets.HEADERS) ? sealing.headers(headers(body)) : before.headers());
    }

    /** The headers that a body has, which can be sent. */
    private static List<Map<String, String>> headers(Values body) {
        List<Map<String, String>> headers = body.maps(RemoteSecrets.HEADERS, List.of());
        var _ = RemoteHeaders.of(headers);
        return headers;
    }

    private static Optional<SealedSecret> secret(
            Values body, String field, Optional<SealedSecret> before, Sealing sealing) {
        return body.has(field) ? body.text(field, Optional.empty()).map(secret -> sealing.seal(field, secret)) : before;
    }
}
