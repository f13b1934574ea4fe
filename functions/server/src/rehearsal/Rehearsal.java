import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts the built server once, mirrors, pushes and pulls until it is warm, and has the JVM store an AOT cache (JEP
 * 514, JEP 515), so that the next start loads and compiles less. The command {@code lading} gets a cache of its own.
 * Run by make as {@code java Rehearsal.java <jar> <cache> <java options>}.
 */
final class Rehearsal {
    private static final int IMAGES = 150;
    private static final int MIRRORED = 50;
    private static final int LAYER_BYTES = 100_000;
    private static final String PASSWORD = "rehearsal-password";
    private static final String API = "/pulp/api/v3/";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final HttpClient http = HttpClient.newHttpClient();
    private final Random random = new Random(1);
    private final String server;
    private String authorization = "";

    private Rehearsal(String server) {
        this.server = server;
    }

    public static void main(String... args) throws Exception {
        Path data = Files.createTempDirectory("lading-rehearsal");
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
        command.addAll(Arrays.asList(args).subList(2, args.length));
        command.addAll(List.of(
                "-XX:AOTCacheOutput=" + args[1],
                "-Dquarkus.log.category.\"dev.lading.server.warmup\".level=DEBUG",
                "-jar",
                args[0],
                "--data=" + data.resolve("data"),
                "--port=" + port));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("log").toFile());
        builder.environment().put("LADING_ADMIN_PASSWORD", PASSWORD);
        Process process = builder.start();
        try {
            awaitWarmUp(data.resolve("log"));
            new Rehearsal("http://127.0.0.1:" + port).run();
            command("http://127.0.0.1:" + port, data, Path.of(args[1]).resolveSibling("lading-cli.aot"));
            process.destroy();
            if (!process.waitFor(2, TimeUnit.MINUTES) || !Files.exists(Path.of(args[1]))) {
                throw new IOException("no cache was written:\n" + Files.readString(data.resolve("log")));
            }
        } finally {
            process.destroyForcibly();
            delete(data);
        }
    }

    /** Waits for the server's own warm-up, whose classes are to be in the cache, too; clients would end it. */
    private static void awaitWarmUp(Path log) throws Exception {
        for (int i = 0; !Files.readString(log).contains("[WarmUp] "); i++) {
            if (i == 600) {
                throw new IOException("the server does not warm up:\n" + Files.readString(log));
            }
            Thread.sleep(100);
        }
    }

    /** Runs the command with pulp's configuration, so that it stores a cache of its own. */
    private static void command(String server, Path home, Path cache) throws Exception {
        Files.deleteIfExists(cache);
        Files.createDirectories(home.resolve("pulp"));
        Files.writeString(
                home.resolve("pulp/cli.toml"),
                "[cli]\nbase_url = \"" + server + "\"\nusername = \"admin\"\npassword = \"" + PASSWORD + "\"\n");
        ProcessBuilder builder = new ProcessBuilder("bin/lading", "status", "--json")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("command.log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("LADING_"));
        builder.environment().put("XDG_CONFIG_HOME", home.toString());
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:AOTCacheOutput=" + cache.toAbsolutePath());
        Process process = builder.start();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0 || !Files.exists(cache)) {
            process.destroyForcibly();
            throw new IOException(
                    "no cache of the command was written:\n" + Files.readString(home.resolve("command.log")));
        }
    }

    private void run() throws Exception {
        awaitStart();
        String basic = Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        authorization = "Basic " + basic;
        mirror();
        String token = text(send("GET", "/token/?service=lading&scope=repository:team/app:pull,push", null));
        authorization = "Bearer " + token.replaceFirst(".*?\"token\":\"([^\"]*)\".*", "$1");
        for (int i = 0; i < IMAGES; i++) {
            pushAndPull("t" + i);
        }
        send("GET", "/v2/team/app/tags/list", null);
        send("GET", "/v2/_catalog", null);
        send("GET", "/ui/", null);
        send("GET", "/v2/team/app/manifests/missing", null);
        send("DELETE", "/v2/team/app/manifests/t0", null);
    }

    /** Mirrors an upstream of our own, since content that is held already would not be fetched. */
    private void mirror() throws Exception {
        Map<String, byte[]> content = new ConcurrentHashMap<>();
        StringBuilder tags = new StringBuilder();
        for (int i = 0; i < MIRRORED; i++) {
            byte[] config = ("{\"mirrored\":" + i + "}").getBytes(StandardCharsets.UTF_8);
            byte[] layer = layer();
            byte[] manifest = manifest(config, layer);
            content.put("/blobs/" + digest(config), config);
            content.put("/blobs/" + digest(layer), layer);
            content.put("/manifests/v" + i, manifest);
            tags.append(i == 0 ? "" : ",").append("\"v").append(i).append('"');
        }
        content.put("/tags/list", ("{\"tags\":[" + tags + "]}").getBytes(StandardCharsets.UTF_8));
        HttpServer upstream = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        upstream.createContext("/v2/up/stream", exchange -> serve(exchange, content));
        upstream.setExecutor(
                Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
        upstream.start();
        try {
            String url = "http://127.0.0.1:" + upstream.getAddress().getPort();
            String remote = href(post(
                    "remotes/container/container/",
                    "{\"name\":\"r\",\"url\":\"" + url + "\",\"upstream_name\":\"up/stream\"}"));
            for (int i = 0; i < 3; i++) {
                String repository = href(post("repositories/container/container/", "{\"name\":\"mirror" + i + "\"}"));
                String sync = repository.substring(API.length()) + "sync/";
                await(post(sync, "{\"remote\":\"" + remote + "\"}"));
                await(post(sync, "{\"remote\":\"" + remote + "\"}"));
                look(repository);
            }
            pullThrough(url, content);
        } finally {
            upstream.stop(0);
        }
    }

    /** Asks for what somebody reads who wants to know what a version holds, and what it changed. */
    private void look(String repository) throws Exception {
        send("GET", repository + "versions/?limit=10", null);
        send("GET", repository + "diff/?from=0&to=1&limit=5", null);
        for (String kind : List.of("tags", "manifests", "blobs")) {
            String list = API + "content/container/" + kind + "/?limit=10&repository_version=";
            send("GET", list + repository + "versions/1/", null);
        }
    }

    /** Has everything fetched once more, by pulls. */
    private void pullThrough(String url, Map<String, byte[]> content) throws Exception {
        String remote = href(post("remotes/container/pull-through/", "{\"name\":\"through\",\"url\":\"" + url + "\"}"));
        await(post(
                "distributions/container/pull-through/",
                "{\"name\":\"through\",\"base_path\":\"through\",\"remote\":\"" + remote + "\"}"));
        String name = "/v2/through/up/stream";
        for (int i = 0; i < MIRRORED; i++) {
            send("HEAD", name + "/manifests/v" + i, null, "Accept", MANIFEST);
            send("GET", name + "/manifests/v" + i, null, "Accept", MANIFEST);
        }
        for (String path : content.keySet()) {
            if (path.startsWith("/blobs/")) {
                send("GET", name + path, null);
            }
        }
    }

    private static void serve(HttpExchange exchange, Map<String, byte[]> content) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath().substring("/v2/up/stream".length());
            byte[] body = content.get(path);
            if (body == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.getResponseHeaders()
                    .set("Content-Type", path.startsWith("/manifests/") ? MANIFEST : "application/octet-stream");
            if (head) {
                exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
            }
            exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
            exchange.sendResponseHeaders(200, head ? -1 : body.length);
            exchange.getResponseBody().write(head ? new byte[0] : body);
        }
    }

    private String post(String path, String json) throws Exception {
        return text(send("POST", API + path, BodyPublishers.ofString(json), "Content-Type", "application/json"));
    }

    private static String href(String json) {
        return json.replaceFirst("(?s).*\"pulp_href\":\\s*\"([^\"]*)\".*", "$1");
    }

    private void await(String started) throws Exception {
        String task = started.replaceFirst("(?s).*\"task\":\\s*\"([^\"]*)\".*", "$1");
        for (int i = 0; i < 600; i++) {
            String shown = text(send("GET", task, null));
            if (shown.matches("(?s).*\"state\":\\s*\"completed\".*")) {
                return;
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("not done: " + text(send("GET", task, null)));
    }

    private void awaitStart() throws InterruptedException {
        for (int i = 0; ; i++) {
            try {
                send("GET", "/v2/", null);
                return;
            } catch (IOException e) {
                if (i == 600) {
                    throw new IllegalStateException("the server does not start", e);
                }
                Thread.sleep(100);
            }
        }
    }

    private void pushAndPull(String tag) throws Exception {
        byte[] config = ("{\"rootfs\":{},\"n\":\"" + tag + "\"}").getBytes(StandardCharsets.UTF_8);
        byte[] layer = layer();
        push(config);
        push(layer);
        byte[] body = manifest(config, layer);
        send("PUT", "/v2/team/app/manifests/" + tag, BodyPublishers.ofByteArray(body), "Content-Type", MANIFEST);
        for (int i = 0; i < 4; i++) {
            send("HEAD", "/v2/team/app/manifests/" + tag, null, "Accept", MANIFEST);
            send("GET", "/v2/team/app/manifests/" + digest(body), null, "Accept", MANIFEST);
            send("GET", "/v2/team/app/blobs/" + digest(layer), null);
        }
    }

    private byte[] layer() {
        byte[] layer = new byte[LAYER_BYTES];
        random.nextBytes(layer);
        return layer;
    }

    private static byte[] manifest(byte[] config, byte[] layer) {
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + descriptor("application/vnd.oci.image.config.v1+json", config) + ",\"layers\":["
                + descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer) + "]}";
        return manifest.getBytes(StandardCharsets.UTF_8);
    }

    private void push(byte[] blob) throws Exception {
        send("HEAD", "/v2/team/app/blobs/" + digest(blob), null);
        String location = location(send("POST", "/v2/team/app/blobs/uploads/", BodyPublishers.noBody()));
        location = location(send("PATCH", location, BodyPublishers.ofByteArray(blob)));
        send("PUT", location + "&digest=" + digest(blob), BodyPublishers.noBody());
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : server + path))
                .version(HttpClient.Version.HTTP_1_1)
                .method(method, body == null ? BodyPublishers.noBody() : body);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String location(HttpResponse<byte[]> response) {
        return response.headers().firstValue("Location").orElseThrow();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private static String descriptor(String mediaType, byte[] content) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest(content) + "\",\"size\":" + content.length
                + "}";
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-2", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
