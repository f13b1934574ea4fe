package dev.lading.testing;

import dev.lading.aws.AwsClients;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.dynamodb.services.local.embedded.DynamoDBEmbedded;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/**
 * S3 on a free port of the loopback address, with objects in a folder, and DynamoDB in memory: in this JVM without HTTP,
 * which would take half of a test's time, or for other processes on a port of its own.
 */
public final class LocalAws {
    public static final String ACCESS_KEY = "local";
    public static final String SECRET_KEY = "local-secret";
    public static final Region REGION = Region.US_EAST_1;

    private static final String SQLITE_FOLDER = "sqlite4java.library.path";
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));

    private final S3Proxy s3;
    private final DynamoDbClient dynamo;

    private LocalAws(S3Proxy s3, DynamoDbClient dynamo) {
        this.s3 = s3;
        this.dynamo = dynamo;
    }

    /** @param folder where S3 keeps its objects */
    public static LocalAws start(Path folder) throws Exception {
        findSqliteLibrary();
        boolean withoutTelemetry = true;
        return new LocalAws(
                startS3(folder),
                interruptible(DynamoDBEmbedded.create(withoutTelemetry).dynamoDbClient()));
    }

    /** A client that fails on an interrupted thread, as one over HTTP does. */
    private static DynamoDbClient interruptible(DynamoDbClient embedded) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                LocalAws.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, (proxy, method, arguments) -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw AbortedException.create("the thread was interrupted");
                    }
                    try {
                        return method.invoke(embedded, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static S3Proxy startS3(Path folder) throws Exception {
        S3Proxy s3 = S3Proxy.builder()
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
                .blobStore(new PartSizeRule(new FilesystemNio2BlobStore(
                        Files.createDirectories(folder).toString())))
                .build();
        s3.start();
        return s3;
    }

    /** Where it is reached by other processes. */
    private static URI startDynamo() throws Exception {
        findSqliteLibrary();
        int port = freePort();
        DynamoDBProxyServer dynamo = ServerRunner.createServerFromCommandLineArgs(
                new String[] {"-inMemory", "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port)});
        dynamo.start();
        return URI.create("http://127.0.0.1:" + port);
    }

    private static URI endpoint(S3Proxy s3) {
        return URI.create("http://127.0.0.1:" + s3.getPort());
    }

    public S3Client s3Client() {
        return AwsClients.s3Builder(Optional.of(endpoint(s3)))
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    public S3Presigner presigner() {
        return S3Presigner.builder()
                .endpointOverride(endpoint(s3))
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    public DynamoDbClient dynamoClient() {
        return dynamo;
    }

    /**
     * Puts SQLite's native library, which DynamoDB Local needs, where it is looked for; Maven puts it on the class path
     * as it is.
     */
    private static void findSqliteLibrary() {
        if (System.getProperty(SQLITE_FOLDER) == null) {
            String suffix = System.getProperty("os.name").startsWith("Mac") ? ".dylib" : ".so";
            Stream.of(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                    .map(Path::of)
                    .filter(file -> file.getFileName().toString().startsWith("libsqlite4java-")
                            && file.toString().endsWith(suffix))
                    .findFirst()
                    .ifPresent(file -> System.setProperty(
                            SQLITE_FOLDER, file.toAbsolutePath().getParent().toString()));
        }
    }

    /**
     * A port that DynamoDB Local can have; it does not choose one itself. Below those that systems give to clients, one of
     * which could else take it first.
     */
    private static int freePort() {
        return ThreadLocalRandom.current()
                .ints(20_000, 32_000)
                .limit(100)
                .filter(LocalAws::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** Prints {@code S3=<url>} and {@code DYNAMODB=<url>}, and serves until it is killed. */
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        // DynamoDB Local prints a greeting.
        System.setOut(System.err);
        out.println("S3=" + endpoint(startS3(Path.of(args[0]))));
        out.println("DYNAMODB=" + startDynamo());
        out.flush();
        new CountDownLatch(1).await();
    }
}
