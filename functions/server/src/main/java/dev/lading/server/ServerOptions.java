package dev.lading.server;

import dev.lading.access.RequestLimit;
import dev.lading.cli.shell.LadingVersion;
import dev.lading.connection.ConnectionLimits;
import dev.lading.connection.TrustedProxies;
import dev.lading.oci.RepositoryName;
import dev.lading.upload.UploadService;
import dev.lading.upstream.transport.Reach;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The server's command line. Its values are passed to Quarkus as configuration, which is read when the server starts.
 */
@Command(
        name = "lading",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "Runs a container registry in this process, with storage of its own or on AWS.",
            "",
            "The administrator is 'admin'; the password is $LADING_ADMIN_PASSWORD (12 characters or "
                    + "more), or one made at the first start. "
                    + "Anybody may pull; pushing and deleting need the administrator.",
            ""
        },
        footer = {"", "Health: /q/health/live and /q/health/ready   Details and metrics: see --metrics-port"})
final class ServerOptions implements Callable<Integer> {
    private static final int MOST_PORT = 65_535;
    private static final Pattern MIRROR = Pattern.compile("([0-9]{1,5})=(.+)");

    @Spec
    private CommandSpec spec;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", defaultValue = "5000", description = "Port to listen on (${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--data",
            defaultValue = "data",
            description = "Folder for everything the server keeps (./${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--public-url", description = "How clients reach the registry, when that is through a proxy.")
    private @Nullable URI publicUrl;

    @Option(
            names = "--upload-url",
            description = "How clients reach the server that takes uploads, when that is another than --public-url; a"
                    + " server for uploads that is not told sends them on to where they are.")
    private @Nullable URI uploadUrl;

    @Option(
            names = "--trusted-proxy",
            split = ",",
            paramLabel = "<address>",
            description =
                    "Address or CIDR block of a proxy that is believed when it says whose request it passes on: the"
                            + " rightmost address in X-Forwarded-For or Forwarded that is no such proxy (none).")
    private List<String> trustedProxies = new ArrayList<>();

    @Option(names = "--tls-cert", paramLabel = "<pem>", description = "Certificate chain: serve HTTPS.")
    private @Nullable Path tlsCert;

    @Option(names = "--tls-key", paramLabel = "<pem>", description = "Private key of the certificate.")
    private @Nullable Path tlsKey;

    @Option(names = "--anonymous-push", description = "Let anybody push and delete. Only with a loopback --host.")
    private boolean anonymousPush;

    @Option(
            names = "--private-by-default",
            description = "New names may be pulled only by who has a role there, until they are made public.")
    private boolean privateByDefault;

    @Option(
            names = "--exports-folder",
            paramLabel = "<folder>",
            description =
                    "Folder below which exporters may write bundles (none: below exports/ of the bucket, or nowhere).")
    private @Nullable Path exportsFolder;

    @Option(
            names = "--imports-folder",
            paramLabel = "<folder>",
            description =
                    "Folder below which importers may read bundles (none: below imports/ of the bucket, or nowhere).")
    private @Nullable Path importsFolder;

    @Option(
            names = "--upload-expiry",
            defaultValue = "PT24H",
            description = "How long an unfinished upload may rest before it is swept (${DEFAULT-VALUE}).")
    private Duration uploadExpiry;

    @Option(
            names = "--role",
            defaultValue = "registry",
            description = "registry: everything; uploads: nothing but uploads that were begun elsewhere, for a server"
                    + " that another's --upload-url names (${DEFAULT-VALUE}).")
    private ServerConfig.Role role;

    @Option(
            names = "--access-log",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Log a line for each request (${DEFAULT-VALUE}).")
    private boolean accessLog;

    @Option(
            names = "--warm-up",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Use the server for a second when it is ready, until a client comes, so that the first clients"
                            + " are answered as fast as later ones (${DEFAULT-VALUE}).")
    private boolean warmUp;

    @Option(
            names = "--max-connections",
            defaultValue = "" + ConnectionLimits.DEFAULT_MOST,
            description = "Connections at the same time; at most half of them from one address (${DEFAULT-VALUE}).")
    private int maxConnections;

    @Option(
            names = "--requests-per-second",
            paramLabel = "<number>",
            description = "Requests a second of each user, robot and anonymous address, on average; those of 10 seconds"
                    + " at once. More are answered 429 (any number).")
    private @Nullable Integer requestsPerSecond;

    @Option(
            names = "--open-uploads",
            paramLabel = "<number>",
            description = "Uploads that a user or robot may have begun and not finished; 0: any number ("
                    + UploadService.USUAL_OPEN + ").")
    private @Nullable Integer openUploads;

    @Option(
            names = "--metrics-port",
            paramLabel = "<port>",
            description = "Also listen on this port of --metrics-host, for /q/metrics and /q/health in detail (none).")
    private @Nullable Integer metricsPort;

    @Option(
            names = "--metrics-host",
            defaultValue = "127.0.0.1",
            description = "Address of the metrics port; whoever reaches it reads them (${DEFAULT-VALUE}).")
    private String metricsHost;

    @Option(
            names = "--mirror-port",
            paramLabel = "<port>=<base path>",
            description =
                    "Port that serves one pull-through distribution and nothing else, as a mirror for dockerd; may be"
                            + " repeated.")
    private List<String> mirrors = List.of();

    @Mixin
    private BuildOptions builds = new BuildOptions();

    @Option(
            names = "--storage",
            defaultValue = "embedded",
            description = "embedded: SQLite and files in --data; aws: DynamoDB and S3 (${DEFAULT-VALUE}).")
    private ServerConfig.StorageKind storage;

    @Mixin
    private AwsOptions aws = new AwsOptions();

    @Option(
            names = "--upstreams",
            converter = ReachConverter.class,
            paramLabel = "<reach>",
            description = "Where remotes may lead: any; private: not to this host; public: to the internet alone (any; "
                    + "with aws: public). Never to link-local and metadata addresses.")
    private @Nullable Reach upstreams;

    /** Spellings as in the configuration. */
    private static final class ReachConverter implements ITypeConverter<Reach> {
        @Override
        public Reach convert(String text) {
            return Stream.of(Reach.values())
                    .filter(reach -> reach.toString().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + text + "' is not any, private or public"));
        }
    }

    @Override
    public Integer call() {
        if (anonymousPush && !isLoopback(host)) {
            throw refused("--anonymous-push lets anybody overwrite every image, so it is refused on '" + host
                    + "'; use it with --host=127.0.0.1");
        }
        set("quarkus.http.host", host);
        if (tlsCert != null && tlsKey != null) {
            serveTls(tlsCert, tlsKey);
        } else if (tlsCert != null || tlsKey != null) {
            throw refused("--tls-cert and --tls-key go together");
        } else {
            set("quarkus.http.port", port);
            set(TlsRefusal.PLAIN, true);
        }
        set("lading.data", data);
        set("lading.storage", storage);
        set("lading.role", role);
        set(ConnectionLimits.MOST, maxConnections);
        if (openUploads != null) {
            set("lading.open-uploads", limit("--open-uploads", openUploads, UploadService.MOST_OPEN));
        }
        if (requestsPerSecond != null) {
            set(
                    "lading.requests-per-second",
                    limit("--requests-per-second", requestsPerSecond, RequestLimit.MOST_PER_SECOND));
        }
        if (metricsPort != null) {
            set("lading.metrics.port", metricsPort);
            set("lading.metrics.host", metricsHost);
        }
        Set<Integer> taken = new HashSet<>(Set.of(port));
        if (metricsPort != null) {
            taken.add(metricsPort);
        }
        mirrors.forEach(each -> mirror(each, taken));
        set("lading.anonymous-push", anonymousPush);
        set("lading.private-by-default", privateByDefault);
        set("lading.upload-expiry", uploadExpiry);
        // A server for uploads alone answers none of what it would do.
        set("lading.warm-up", warmUp && role == ServerConfig.Role.registry);
        builds.values(storage == ServerConfig.StorageKind.embedded && role == ServerConfig.Role.registry)
                .forEach(ServerOptions::set);
        if (aws.signsBundles() && storage != ServerConfig.StorageKind.aws) {
            throw refused("--bundle-key goes with --storage=aws; without it, the key is kept with the password");
        }
        aws.values().forEach(ServerOptions::set);
        if (upstreams != null) {
            set("lading.upstreams", upstreams);
        }
        set("lading.address", (tlsCert == null ? "http://" : "https://") + urlHost() + ":" + port);
        set("quarkus.http.access-log.enabled", accessLog);
        if (uploadUrl != null) {
            set("lading.upload-url", uploadUrl);
        }
        if (exportsFolder != null) {
            set("lading.exports-folder", exportsFolder.toAbsolutePath());
        }
        if (importsFolder != null) {
            set("lading.imports-folder", importsFolder.toAbsolutePath());
        }
        if (publicUrl != null) {
            set("lading.public-url", publicUrl);
        }
        if (!trustedProxies.isEmpty()) {
            trustedProxies.forEach(this::requireAddress);
            set("quarkus.http.proxy.proxy-address-forwarding", true);
            set("quarkus.http.proxy.allow-forwarded", true);
            set("quarkus.http.proxy.allow-x-forwarded", true);
            set("quarkus.http.proxy.enable-forwarded-host", true);
            set("quarkus.http.proxy.enable-forwarded-prefix", true);
            set("quarkus.http.proxy.trusted-proxies", String.join(",", trustedProxies));
        }
        // Idle workers spin before they park, which on few cores takes the time of those who have work: 5% of a GET.
        set("jboss.threads.eqe.park-spins", 1);
        // Read once, when Netty's bootstrap is first used.
        set("io.netty.bootstrap.extensions", "serviceload");
        return 0;
    }

    private void serveTls(Path certificate, Path key) {
        for (Path file : List.of(certificate, key)) {
            if (!Files.isReadable(file)) {
                throw refused("cannot read '" + file + "'");
            }
        }
        set("quarkus.http.ssl.certificate.files", certificate);
        set("quarkus.http.ssl.certificate.key-files", key);
        set("quarkus.http.insecure-requests", "disabled");
        set("quarkus.http.ssl-port", port);
    }

    /** @param taken ports that others listen on */
    private void mirror(String mirror, Set<Integer> taken) {
        if (role == ServerConfig.Role.uploads) {
            throw refused("a server for uploads is no mirror; leave --mirror-port out");
        }
        Matcher parts = MIRROR.matcher(mirror);
        if (!parts.matches() || !RepositoryName.isValid(parts.group(2))) {
            throw refused("--mirror-port takes a port and the base path of a pull-through distribution, as 5001=hub,"
                    + " not '" + mirror + "'");
        }
        int mirrorPort = Integer.parseInt(parts.group(1));
        if (mirrorPort < 1 || mirrorPort > MOST_PORT || !taken.add(mirrorPort)) {
            throw refused("--mirror-port takes a port of its own from 1 to " + MOST_PORT + ", not " + mirrorPort);
        }
        set("lading.mirror-ports." + mirrorPort, parts.group(2));
    }

    private void requireAddress(String block) {
        try {
            TrustedProxies.require(block);
        } catch (IllegalArgumentException e) {
            throw refused("--trusted-proxy takes addresses and CIDR blocks, and '" + block + "' is none");
        }
    }

    private int limit(String option, int number, int most) {
        if (number < 0 || number > most) {
            throw refused(option + " is a number from 1 to " + most + ", or 0 for any number");
        }
        return number;
    }

    private String urlHost() {
        String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return reachable.contains(":") ? "[" + reachable + "]" : reachable;
    }

    private boolean isLoopback(String name) {
        try {
            return InetAddress.getByName(name).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw refused("unknown host '" + name + "'");
        }
    }

    private ParameterException refused(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    private static void set(String name, Object value) {
        System.setProperty(name, value.toString());
    }
}
