package dev.lading.infra.construct;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import io.github.cdklabs.cdknag.RegexAppliesTo;
import java.util.Arrays;
import java.util.List;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Validations;
import software.constructs.IConstruct;

/** Accepted findings of cdk-nag, each with its reason. Any other finding fails the synth. */
public final class NagFindings {
    static final String IAM_WILDCARD = "AwsSolutions-IAM5";

    private NagFindings() {}

    /** Accepts a finding for a construct and all below it. */
    public static void accept(IConstruct construct, String rule, String reason) {
        suppress(construct, NagPackSuppression.builder().id(rule).reason(reason).build());
    }

    /** Accepts only findings with one of these ids. */
    public static void accept(IConstruct construct, String rule, String reason, String... findings) {
        suppress(
                construct,
                NagPackSuppression.builder()
                        .id(rule)
                        .reason(reason)
                        .appliesTo(Arrays.asList((Object[]) findings))
                        .build());
    }

    /** Accepts only findings that match, for names that CloudFormation gives. */
    static void acceptMatching(IConstruct construct, String rule, String reason, String regex) {
        suppress(
                construct,
                NagPackSuppression.builder()
                        .id(rule)
                        .reason(reason)
                        .appliesTo(List.of(RegexAppliesTo.builder().regex(regex).build()))
                        .build());
    }

    /**
     * Accepts that a stack has no resources, since all its parts are switched off: CDK deletes what was deployed of it.
     */
    public static void acceptEmpty(Stack stack) {
        acknowledge(stack, "CloudFormation-Validate::F0001", "It is not deployed, but deleted.");
    }

    /** Accepts a type of resource that is newer than the CDK. */
    static void acceptNewType(CfnResource resource) {
        acknowledge(resource, "CloudFormation-Validate::F3006", "CloudFormation has it; this CDK does not know.");
    }

    private static void acknowledge(IConstruct construct, String finding, String reason) {
        Validations.of(construct)
                .acknowledge(Acknowledgment.builder().id(finding).reason(reason).build());
    }

    private static void suppress(IConstruct construct, NagPackSuppression suppression) {
        NagSuppressions.addResourceSuppressions(construct, List.of(suppression), true);
    }
}
