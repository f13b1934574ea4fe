package dev.lading.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.bundle.BundleKey;
import dev.lading.bundle.BundleRefused;
import dev.lading.bundle.BundleSignature;
import dev.lading.bundle.BundleWriter;
import dev.lading.bundle.FileList;
import dev.lading.bundle.Trust;
import dev.lading.oci.RegistryException.KeyUnusable;
import dev.lading.oci.RegistryException.StoreBusy;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInternalException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.UnsupportedOperationException;

/** Tests against a KMS in memory; localstack-tests use the emulator's. */
class KmsBundleKeysTest {
    /** As long as the list of a bundle's files may be. */
    private static final byte[] TEXT = new byte[16 * 1024 * 1024];

    private final SigningKms kms = new SigningKms();
    private final BundleKeys keys = new KmsBundleKeys(kms, SigningKms.ALIAS);

    private static Optional<String> checked(byte[] text, BundleSignature signature, BundleKeys trusted) {
        BundleSignature read = BundleSignature.parse(signature.text());
        return new Trust(List.of(trusted.publicKey()), false).require("the bundle", text, Optional.of(read));
    }

    @Test
    void what_it_signs_is_checked_by_its_public_half() {
        BundleSignature signature = keys.signer().sign(TEXT);

        assertThat(signature.algorithm()).isEqualTo("SHA256withECDSA");
        assertThat(checked(TEXT, signature, keys)).contains(BundleSignature.name(keys.publicKey()));
        assertThatThrownBy(() -> checked(new byte[] {1}, signature, keys)).isInstanceOf(BundleRefused.class);
        assertThatThrownBy(() -> checked(TEXT, signature, new KmsBundleKeys(new SigningKms(), SigningKms.ALIAS)))
                .isInstanceOf(BundleRefused.class);
    }

    @Test
    void it_is_shown_as_keys_are_written_and_read() {
        String pem = PublicKeys.pem(keys.publicKey());

        assertThat(PublicKeys.ofPem(pem)).isEqualTo(keys.publicKey());
    }

    @Test
    void the_public_half_is_asked_for_once() {
        for (int i = 0; i < 10; i++) {
            keys.signer().sign(TEXT);
            keys.publicKey();
        }

        assertThat(kms.shown).isOne();
    }

    @Test
    void an_alias_that_leads_elsewhere_meanwhile_signs_by_the_key_that_was_shown() {
        BundleKey signer = keys.signer();
        kms.make();

        assertThat(checked(TEXT, signer.sign(TEXT), keys)).isPresent();
        assertThat(new KmsBundleKeys(kms, SigningKms.ALIAS).publicKey()).isNotEqualTo(keys.publicKey());
    }

    @ParameterizedTest(name = "{0} for {1}")
    @CsvSource({
        "RSA_2048, SIGN_VERIFY",
        "ECC_NIST_P384, SIGN_VERIFY",
        "ECC_SECG_P256_K1, SIGN_VERIFY",
        "ECC_NIST_P256, KEY_AGREEMENT"
    })
    void a_key_of_another_kind_is_refused_with_what_is_needed(KeySpec spec, KeyUsageType usage) {
        kms.spec = spec;
        kms.usage = usage;

        assertThatThrownBy(keys::signer)
                .isInstanceOf(KeyUnusable.class)
                .hasMessageContainingAll(
                        SigningKms.ALIAS, spec.toString(), usage.toString(), "need ECC_NIST_P256 for SIGN_VERIFY");
    }

    private static final Map<String, KmsException> REFUSALS = Map.of(
            "denied", error("AccessDeniedException"),
            "absent", NotFoundException.builder().build(),
            "disabled", DisabledException.builder().build(),
            "to be deleted", KmsInvalidStateException.builder().build(),
            "symmetric", UnsupportedOperationException.builder().build(),
            "for a MAC", InvalidKeyUsageException.builder().build());

    private static KmsException error(String code) {
        return (KmsException) KmsException.builder()
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "denied, allow its role kms:GetPublicKey and kms:Sign",
        "absent, name another",
        "disabled, enable it",
        "to be deleted, cancel that",
        "symmetric, need ECC_NIST_P256 for SIGN_VERIFY",
        "for a MAC, need ECC_NIST_P256 for SIGN_VERIFY",
    })
    void what_kms_refuses_is_said_with_the_key_and_what_to_do(String refusal, String advice) {
        BundleKey signer = keys.signer();
        kms.refusal = Optional.ofNullable(REFUSALS.get(refusal));

        assertThatThrownBy(() -> new KmsBundleKeys(kms, SigningKms.ALIAS).publicKey())
                .isInstanceOf(KeyUnusable.class)
                .hasMessageContainingAll(SigningKms.ALIAS, advice);
        assertThatThrownBy(() -> signer.sign(TEXT))
                .isInstanceOf(KeyUnusable.class)
                .hasMessageContainingAll(SigningKms.ALIAS, advice);
    }

    @Test
    void a_bundle_that_is_not_signed_is_not_begun() {
        BundleKey signer = keys.signer();
        kms.refusal = Optional.of(DisabledException.builder().build());
        var out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> new BundleWriter(out, new FileList(List.of()), Optional.of(signer)))
                .isInstanceOf(KeyUnusable.class);
        assertThat(out.size()).isZero();
    }

    @Test
    void who_is_throttled_tries_again_later() {
        kms.refusal = Optional.of(error("ThrottlingException"));

        assertThatThrownBy(keys::signer)
                .isInstanceOf(StoreBusy.class)
                .hasMessageContainingAll(SigningKms.ALIAS, "try again");
    }

    @Test
    void a_refusal_is_not_remembered() {
        kms.refusal = Optional.of(DisabledException.builder().build());
        assertThatThrownBy(keys::signer).isInstanceOf(KeyUnusable.class);
        kms.refusal = Optional.empty();

        assertThatCode(keys::signer).doesNotThrowAnyException();
    }

    @Test
    void other_failures_are_left_as_they_are() {
        var failure = KmsInternalException.builder().build();
        kms.refusal = Optional.of(failure);

        assertThatThrownBy(keys::signer).isSameAs(failure);
    }
}
