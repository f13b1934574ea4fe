package dev.lading.testing;

import dev.lading.aws.AwsClients;
import dev.lading.metadata.DynamoMetadataStore;
import java.io.IOException;
import java.io.PrintStream;
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
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/** S3 and DynamoDB on free ports of the loopback address: objects in a folder, records in memory. */
public final class LocalAws implements AutoCloseable {
    public static final String ACCESS_KEY = "local";
    public static final String SECRET_KEY = "local-secret";
    public static final Region REGION = Region.US_EAST_1;

    private static final String SQLITE_FOLDER = "sqlite4java.library.path";
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));

    private final S3Proxy s3;
    private final DynamoDBProxyServer dynamo;
    private final URI dynamoEndpoint;

    private LocalAws(S3Proxy s3, DynamoDBProxyServer dynamo, URI dynamoEndpoint) {
        this.s3 = s3;
        this.dynamo = dynamo;
        this.dynamoEndpoint = dynamoEndpoint;
    }

    /** @param folder where S3 keeps its objects */
    public static LocalAws start(Path folder) throws Exception {
        S3Proxy s3 = S3Proxy.builder()
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
                .blobStore(new PartSizeRule(new FilesystemNio2BlobStore(
                        Files.createDirectories(folder).toString())))
                .build();
        s3.start();
        findSqliteLibrary();
        int port = freePort();
        DynamoDBProxyServer dynamo = ServerRunner.createServerFromCommandLineArgs(
                new String[] {"-inMemory", "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port)});
        dynamo.start();
        return new LocalAws(s3, dynamo, URI.create("http://127.0.0.1:" + port));
    }

    public URI s3Endpoint() {
        return URI.create("http://127.0.0.1:" + s3.getPort());
    }

    public URI dynamoEndpoint() {
        return dynamoEndpoint;
    }

    public S3Client s3Client() {
        return AwsClients.s3Builder(Optional.of(s3Endpoint()))
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    public S3Presigner presigner() {
        return S3Presigner.builder()
                .endpointOverride(s3Endpoint())
                .serviceConfiguration(
                        S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .build();
    }

    public DynamoDbClient dynamoClient() {
        return DynamoDbClient.builder()
                .endpointOverride(dynamoEndpoint)
                .region(REGION)
                .credentialsProvider(CREDENTIALS)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(DynamoMetadataStore.retries()))
                .build();
    }

    @Override
    public void close() {
        try {
            dynamo.stop();
            s3.stop();
        } catch (Exception e) {
            throw new IllegalStateException("an emulator does not stop", e);
        }
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
        LocalAws aws = start(Path.of(args[0]));
        out.println("S3=" + aws.s3Endpoint());
        out.println("DYNAMODB=" + aws.dynamoEndpoint());
        out.flush();
        new CountDownLatch(1).await();
    }
}
