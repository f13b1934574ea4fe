package dev.lading.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A certificate authority for tests, trusted by nobody else. */
public final class TestAuthority {
    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final char[] NO_PASSWORD = {};

    private final KeyPair keys = keys("EC", 256);
    private final X509Certificate certificate = sign("authority", keys, true);

    /** A certificate and its key. */
    public record Identity(X509Certificate certificate, PrivateKey key) {
        public String certificatePem() {
            return pem(certificate);
        }

        public String keyPem() {
            return TestAuthority.keyPem(key);
        }
    }

    public String pem() {
        return pem(certificate);
    }

    /** @param algorithm of the key, as in {@code EC} */
    public Identity client(String algorithm, int bits) {
        KeyPair pair = keys(algorithm, bits);
        return new Identity(sign("client", pair, false), pair.getPrivate());
    }

    /** TLS for a server at 127.0.0.1, which trusts clients with this authority's certificates. */
    public SSLContext server() {
        return server("127.0.0.1");
    }

    /** @param address that the certificate is for */
    public SSLContext server(String address) {
        try {
            KeyPair pair = keys("EC", 256);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            X509Certificate[] chain = {sign(address, pair, false)};
            store.setKeyEntry("server", pair.getPrivate(), NO_PASSWORD, chain);
            store.setCertificateEntry("authority", certificate);
            var shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(store, NO_PASSWORD);
            var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has TLS", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A key as OpenSSL has long written it: in PKCS#1, or in SEC 1 with the curve in it. */
    public static String keyPem(PrivateKey key) {
        if (!(key instanceof java.security.interfaces.ECPrivateKey curved)) {
            return pem(key);
        }
        ASN1Encodable curve = PrivateKeyInfo.getInstance(key.getEncoded())
                .getPrivateKeyAlgorithm()
                .getParameters();
        int bits = curved.getParams().getOrder().bitLength();
        try {
            return pem(new PemObject("EC PRIVATE KEY", new ECPrivateKey(bits, curved.getS(), curve).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(Object object) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    public static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has " + algorithm, e);
        }
    }

    private X509Certificate sign(String name, KeyPair subject, boolean authority) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal("CN=authority"),
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    Date.from(now.minus(1, ChronoUnit.DAYS)),
                    Date.from(now.plus(1, ChronoUnit.DAYS)),
                    new X500Principal("CN=" + name),
                    subject.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (name.matches("[0-9.]+")) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.iPAddress, name)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException | CertIOException | GeneralSecurityException e) {
            throw new AssertionError("a certificate could not be signed", e);
        }
    }
}
