package dev.lading.upstream.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lading.upstream.transport.Answer;
import dev.lading.upstream.transport.Request;
import dev.lading.upstream.transport.UpstreamException;
import dev.lading.upstream.transport.UpstreamException.InvalidAnswer;
import dev.lading.upstream.transport.UpstreamException.NotFound;
import dev.lading.upstream.transport.UpstreamException.Refused;
import dev.lading.upstream.transport.UpstreamException.Unreachable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Error messages about upstreams. They name the host and what was requested, and never show an address's query. */
public final class Failures {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DOCUMENT_BYTES = 64 * 1024;

    /** Name of an exception's class in front of its message. */
    private static final Pattern CLASS_NAME = Pattern.compile("(?:[a-z]\\w*\\.)+[A-Z]\\w*: ");

    private Failures() {}

    /** The exception for an unsuccessful answer. Closes the answer. */
    public static UpstreamException answered(Answer answer, Request request) {
        try (answer) {
            Optional<String> code = code(answer);
            String status = answer.status() + code.map(text -> " " + text).orElse("");
            return switch (answer.status()) {
                case 401, 403 ->
                    new Refused(answer.host() + " refuses " + request.what() + " (" + status + "); "
                            + (answer.isFrom(request)
                                    ? "check the remote's username and password, and the repository's name: many"
                                            + " registries answer so for what does not exist, too"
                                    : request.uri().getRawAuthority() + " redirects there, and no credentials go along;"
                                            + " if it has moved, change the remote's url"));
                case 407 ->
                    new Refused("the proxy refuses the request for " + request.what() + " (" + status
                            + "); check the remote's proxy_username and proxy_password");
                case 404 ->
                    new NotFound(answer.host() + " does not have " + request.what() + " (" + status + ")"
                            + (code.filter("NAME_UNKNOWN"::equals).isPresent()
                                    ? "; check the remote's url and the repository's name"
                                    : ""));
                default ->
                    new InvalidAnswer(answer.host() + " answers the request for " + request.what() + " with status "
                            + status + ", which is of no use here");
            };
        }
    }

    static Unreachable status(Answer answer, Request request) {
        return new Unreachable(answer.host() + " failed to answer the request for " + request.what() + " (status "
                + answer.status() + "); try again later");
    }

    static Unreachable io(String host, Request request, IOException cause) {
        return new Unreachable(
                "no answer from " + host + " to the request for " + request.what() + ": " + reason(cause), cause);
    }

    /** Whether a retry cannot help, as with a certificate that is not trusted. */
    static boolean isFinal(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return false;
    }

    public static InvalidAnswer invalid(Answer answer, Request request, String why) {
        answer.close();
        return new InvalidAnswer(answer.host() + " answers the request for " + request.what() + " wrongly: " + why);
    }

    private static String reason(IOException cause) {
        return switch (cause) {
            case UnknownHostException e -> "its name is unknown; check the remote's url and proxy_url";
            case ConnectException e -> "nobody takes the connection; check the remote's url and proxy_url";
            case InterruptedIOException e -> "it took too long (" + e.getMessage() + ")";
            case SSLException e -> "TLS failed (" + root(e) + "); check ca_cert, client_cert and tls_validation";
            default -> "the connection broke (" + cause.getMessage() + ")";
        };
    }

    /** What failed first, which says why; messages of what failed for it repeat it behind names of Java classes. */
    private static String root(IOException failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return CLASS_NAME.matcher(String.valueOf(first.getMessage())).replaceAll("");
    }

    /**
     * Code of the first error in the document. It is the only text shown of it: others may repeat what was sent.
     * Source: distribution-spec v1.1, "Error Codes".
     */
    private static Optional<String> code(Answer answer) {
        try {
            Optional<byte[]> document = answer.bytes(DOCUMENT_BYTES);
            if (document.isEmpty()) {
                return Optional.empty();
            }
            String code = JSON.readTree(document.get())
                    .path("errors")
                    .path(0)
                    .path("code")
                    .asText("");
            return Optional.of(code).filter(text -> text.matches("[A-Z_]{1,40}"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
