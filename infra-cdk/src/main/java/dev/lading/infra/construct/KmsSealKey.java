package dev.lading.infra.construct;

import dev.lading.infra.option.LadingOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/** The KMS key under which secrets of remotes are sealed. It outlives its stack, as do the records that it opens. */
public final class KmsSealKey extends Construct {
    private final Key key;

    public KmsSealKey(Construct scope, String id, LadingOptions options) {
        super(scope, id);
        key = Key.Builder.create(this, "Key")
                .description("Lading: seals what remotes log in with")
                .pendingWindow(Duration.days(options.isTrial() ? 7 : 30))
                .removalPolicy(options.removal())
                .build();
        NagFindings.accept(
                key,
                "AwsSolutions-KMS5",
                "It encrypts nothing but data keys, of which each secret has its own; a rotated key costs twice as much.");
    }

    public String arn() {
        return key.getKeyArn();
    }

    /** Grants sealing, without opening. */
    public void grantSeal(IGrantable grantee) {
        allow(grantee, "kms:GenerateDataKey");
    }

    /** Grants opening, to functions that log in to upstreams. */
    public void grantOpen(IGrantable grantee) {
        allow(grantee, "kms:Decrypt");
    }

    private void allow(IGrantable grantee, String action) {
        grantee.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of(action))
                        .resources(List.of(arn()))
                        .build());
    }

    /**
     * Environment of functions that seal or open.
     *
     * @param seals whether new secrets are sealed under it, not only opened
     */
    public Map<String, String> environment(boolean seals) {
        return Map.of("LADING_AWS_KEY", arn(), "LADING_AWS_SEAL", seals ? "kms" : "parameter");
    }
}
