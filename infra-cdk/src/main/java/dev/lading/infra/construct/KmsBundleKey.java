package dev.lading.infra.construct;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** A KMS key that signs bundles. It is the operator's own, since the other side trusts it by hand, and is not made here. */
public record KmsBundleKey(String arn) {
    /** Grants showing the public half, without signing. */
    public void grantShow(IGrantable grantee) {
        allow(grantee, List.of("kms:GetPublicKey"));
    }

    /** Grants signing, to functions that write bundles. */
    public void grantSign(IGrantable grantee) {
        allow(grantee, List.of("kms:GetPublicKey", "kms:Sign"));
    }

    private void allow(IGrantable grantee, List<String> actions) {
        grantee.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(actions)
                        .resources(List.of(arn))
                        .build());
    }

    /** Environment of functions that show it or sign. */
    public Map<String, String> environment() {
        return Map.of("LADING_AWS_BUNDLE_KEY", arn);
    }
}
