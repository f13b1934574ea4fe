package dev.lading.upstream.transport;

import dev.lading.oci.RegistryException.FieldInvalid;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * A parser of private keys in PEM: PKCS#8, PKCS#1 and SEC 1; RSA, elliptic curves and Ed25519; without a passphrase.
 */
final class PrivateKeys {
    /** Object identifier of Ed25519. Source: RFC 8410, section 3. */
    private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

    private PrivateKeys() {}

    /**
     * The first private key in a text, which may hold curve parameters as well.
     *
     * @throws FieldInvalid if there is none that can be read
     */
    static PrivateKey parse(String pem) {
        try (var reader = new PemReader(new StringReader(pem))) {
            for (PemObject object = reader.readPemObject(); object != null; object = reader.readPemObject()) {
                if (object.getType().endsWith("PRIVATE KEY")) {
                    return read(object);
                }
            }
        } catch (IOException e) {
            throw unreadable();
        }
        throw new FieldInvalid("client_key", "this holds no private key in PEM");
    }

    private static PrivateKey read(PemObject object) {
        if (object.getType().startsWith("ENCRYPTED") || !object.getHeaders().isEmpty()) {
            throw new FieldInvalid("client_key", "this key has a passphrase; give it without one");
        }
        try {
            PrivateKeyInfo key = pkcs8(object);
            return KeyFactory.getInstance(algorithm(key)).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // On bytes that are no key the parser throws many kinds of exceptions.
            throw unreadable();
        }
    }

    private static FieldInvalid unreadable() {
        return new FieldInvalid("client_key", "this holds a private key that cannot be read");
    }

    /** Whether the two keys are a pair: a signature by one verifies by the other. */
    static boolean fits(PrivateKey key, PublicKey other) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(other.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "Ed25519";
                });
        byte[] anything = {1};
        signature.initSign(key);
        signature.update(anything);
        byte[] signed = signature.sign();
        signature.initVerify(other);
        signature.update(anything);
        return signature.verify(signed);
    }

    /** The key as PKCS#8. Sources: RFC 5958 (PKCS#8), RFC 8017, appendix A.1.2 (PKCS#1), RFC 5915 (SEC 1). */
    private static PrivateKeyInfo pkcs8(PemObject object) throws IOException {
        return switch (object.getType()) {
            case "RSA PRIVATE KEY" ->
                new PrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        RSAPrivateKey.getInstance(object.getContent()));
            case "EC PRIVATE KEY" -> {
                ECPrivateKey key = ECPrivateKey.getInstance(object.getContent());
                yield new PrivateKeyInfo(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
            }
            default -> PrivateKeyInfo.getInstance(object.getContent());
        };
    }

    private static String algorithm(PrivateKeyInfo key) throws GeneralSecurityException {
        var id = key.getPrivateKeyAlgorithm().getAlgorithm();
        if (id.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return "RSA";
        }
        if (id.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return "EC";
        }
        if (id.equals(ED25519)) {
            return "Ed25519";
        }
        throw new GeneralSecurityException("neither RSA nor of an elliptic curve");
    }
}
