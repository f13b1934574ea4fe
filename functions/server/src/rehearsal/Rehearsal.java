import java.io.IOException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts the built server once, pushes and pulls until it is warm, and has the JVM keep what it learned in an AOT cache
 * (JEP 514, JEP 515): the next start loads and compiles less. Run by make as {@code java Rehearsal.java <jar> <cache>
 * <java options>}.
 */
final class Rehearsal {
    private static final int IMAGES = 150;
    private static final int LAYER_BYTES = 100_000;
    private static final String PASSWORD = "rehearsal";
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
                "-XX:AOTCacheOutput=" + args[1], "-jar", args[0], "--data=" + data.resolve("data"), "--port=" + port));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolve("log").toFile());
        builder.environment().put("LADING_ADMIN_PASSWORD", PASSWORD);
        Process process = builder.start();
        try {
            new Rehearsal("http://127.0.0.1:" + port).run();
            process.destroy();
            if (!process.waitFor(2, TimeUnit.MINUTES) || !Files.exists(Path.of(args[1]))) {
                throw new IOException("no cache was written:\n" + Files.readString(data.resolve("log")));
            }
        } finally {
            process.destroyForcibly();
            delete(data);
        }
    }

    private void run() throws Exception {
        awaitStart();
        String basic = Base64.getEncoder().encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        authorization = "Basic " + basic;
        String token = text(send("GET", "/token/?service=lading&scope=repository:team/app:pull,push", null));
        authorization = "Bearer " + token.replaceFirst(".*?\"token\":\"([^\"]*)\".*", "$1");
        for (int i = 0; i < IMAGES; i++) {
            pushAndPull("t" + i);
        }
        send("GET", "/v2/team/app/tags/list", null);
        send("GET", "/v2/_catalog", null);
        send("GET", "/v2/team/app/manifests/missing", null);
        send("DELETE", "/v2/team/app/manifests/t0", null);
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
        byte[] layer = new byte[LAYER_BYTES];
        random.nextBytes(layer);
        push(config);
        push(layer);
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + descriptor("application/vnd.oci.image.config.v1+json", config) + ",\"layers\":["
                + descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer) + "]}";
        byte[] body = manifest.getBytes(StandardCharsets.UTF_8);
        send("PUT", "/v2/team/app/manifests/" + tag, BodyPublishers.ofByteArray(body), "Content-Type", MANIFEST);
        for (int i = 0; i < 4; i++) {
            send("HEAD", "/v2/team/app/manifests/" + tag, null, "Accept", MANIFEST);
            send("GET", "/v2/team/app/manifests/" + digest(body), null, "Accept", MANIFEST);
            send("GET", "/v2/team/app/blobs/" + digest(layer), null);
        }
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

    private static String descriptor(String mediaType, byte[] content) throws Exception {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest(content) + "\",\"size\":" + content.length
                + "}";
    }

    private static String digest(byte[] content) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
