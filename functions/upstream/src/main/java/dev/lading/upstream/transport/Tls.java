package dev.lading.upstream.transport;

import dev.lading.oci.RegistryException.FieldInvalid;
import dev.lading.remote.RemoteConnection;
import dev.lading.remote.RemoteSecrets;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS settings of a remote. With {@code ca_cert} only its certificates are trusted, as in Pulp, else those the JVM
 * trusts; without {@code tls_validation} all are. The client certificate is sent to the upstream's own host only, not
 * to redirect targets.
 */
public final class Tls implements TlsSocketStrategy {
    private static final char[] NO_PASSWORD = {};

    private final String host;
    private final Supplier<TlsSocketStrategy> own;
    private final Supplier<TlsSocketStrategy> others;

    /**
     * @param host the upstream's
     * @throws FieldInvalid if the certificates or the key cannot be used
     */
    public Tls(RemoteConnection connection, RemoteSecrets secrets, String host) {
        boolean checked = connection.tlsValidation();
        TrustManager[] trusted = trusted(connection);
        KeyManager[] shown = shown(connection, secrets);
        this.host = host;
        this.others = new FirstTime<>(() -> strategy(null, trusted, checked));
        this.own = shown == null ? others : new FirstTime<>(() -> strategy(shown, trusted, checked));
    }

    /**
     * A lazily computed value: loading the JVM's trusted certificates takes longer than a small sync over plain HTTP.
     */
    private static final class FirstTime<T> implements Supplier<T> {
        private final Supplier<T> maker;
        private final ReentrantLock lock = new ReentrantLock();
        private @Nullable T made;

        FirstTime(Supplier<T> maker) {
            this.maker = maker;
        }

        @Override
        public T get() {
            lock.lock();
            try {
                if (made == null) {
                    made = maker.get();
                }
                return made;
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public SSLSocket upgrade(Socket socket, String target, int port, Object attachment, HttpContext context)
            throws IOException {
        return (target.equalsIgnoreCase(host) ? own : others).get().upgrade(socket, target, port, attachment, context);
    }

    private static TlsSocketStrategy strategy(
            KeyManager @Nullable [] shown, TrustManager @Nullable [] trusted, boolean checked) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown, trusted, null);
            // BUILTIN: the JDK checks the name in the handshake. CLIENT: the verifier given, which accepts every name.
            return new DefaultClientTlsStrategy(
                    context,
                    checked ? HostnameVerificationPolicy.BUILTIN : HostnameVerificationPolicy.CLIENT,
                    NoopHostnameVerifier.INSTANCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    /** Trusted certificates; null: the JVM's own. */
    private static TrustManager @Nullable [] trusted(RemoteConnection connection) {
        if (!connection.tlsValidation()) {
            return new TrustManager[] {new TrustEverybody()};
        }
        if (connection.caCert().isEmpty()) {
            return null;
        }
        try {
            KeyStore store = emptyStore();
            int number = 0;
            for (Certificate authority : certificates(connection.caCert().get())) {
                store.setCertificateEntry("authority-" + number++, authority);
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new FieldInvalid("ca_cert", "this cannot be used as a trusted authority");
        }
    }

    /** Client certificates; null: none. */
    private static KeyManager @Nullable [] shown(RemoteConnection connection, RemoteSecrets secrets) {
        if (connection.clientCert().isEmpty()) {
            return null;
        }
        String certificate = connection.clientCert().get();
        String key =
                secrets.clientKey().orElseThrow(() -> new FieldInvalid("client_key", "client_cert needs a client_key"));
        PrivateKey privateKey = PrivateKeys.parse(key);
        try {
            Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
            if (!PrivateKeys.fits(privateKey, chain[0].getPublicKey())) {
                throw new FieldInvalid("client_key", "client_key does not belong to client_cert");
            }
            KeyStore store = emptyStore();
            store.setKeyEntry("client", privateKey, NO_PASSWORD, chain);
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new FieldInvalid("client_key", "the client's certificate and key cannot be used together");
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
    }
}
