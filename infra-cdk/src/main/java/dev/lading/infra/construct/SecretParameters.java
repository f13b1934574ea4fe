package dev.lading.infra.construct;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * The registry's secrets, SecureString parameters of SSM Parameter Store. CloudFormation cannot make those, so the
 * functions create each when it is first missing. They outlive the stacks.
 *
 * @param path such as {@code /lading}
 */
public record SecretParameters(String path) {
    private static final String UPLOAD_KEY = "upload-key";
    private static final String SEAL_KEY = "seal-key";
    private static final String BUNDLE_KEY = "bundle-key";

    /** The keys that sign access tokens are the first, and those of its name and a number, which rotations make. */
    private static final List<String> LOGINS = List.of("admin-password", "token-key", "token-key-*", UPLOAD_KEY);

    private static final List<String> READ = List.of("ssm:GetParameter", "ssm:GetParameters");

    /** Name of the parameter with the administrator's password. */
    public String adminPassword() {
        return path + "/admin-password";
    }

    /** Grants what checking passwords and signing tokens needs. */
    public void grantLogins(Stack stack, IGrantable grantee) {
        grantReadAndCreate(stack, grantee, LOGINS);
        NagFindings.acceptMatching(
                (Construct) grantee.getGrantPrincipal(),
                NagFindings.IAM_WILDCARD,
                "Keys that sign tokens are made by rotations; the prefix and a number is all that is known of them.",
                "/^Resource::.*:parameter" + path.replace("/", "\\/") + "\\/token-key-\\*$/");
    }

    /** Grants what receiving uploads begun elsewhere needs; it cannot authenticate users. */
    public void grantUploads(Stack stack, IGrantable grantee) {
        grantReadAndCreate(stack, grantee, List.of(UPLOAD_KEY));
    }

    /** Grants sealing what remotes log in with. Whoever seals under this key opens, too, since it is symmetric. */
    public void grantSeal(Stack stack, IGrantable grantee) {
        grantReadAndCreate(stack, grantee, List.of(SEAL_KEY));
    }

    /** Grants signing exports, by a key that is made when it is first needed. */
    public void grantSigning(Stack stack, IGrantable grantee) {
        grantReadAndCreate(stack, grantee, List.of(BUNDLE_KEY));
    }

    /** Grants opening what was sealed, to functions that log in to upstreams. */
    public void grantOpen(Stack stack, IGrantable grantee) {
        allow(grantee, READ, arns(stack, List.of(SEAL_KEY)));
    }

    /**
     * Grants reading secrets and creating missing ones, but no changes. The key {@code aws/ssm} is usable by everybody
     * in the account through Parameter Store, so no action of KMS is needed.
     */
    private void grantReadAndCreate(Stack stack, IGrantable grantee, List<String> names) {
        List<String> arns = arns(stack, names);
        allow(
                grantee,
                Stream.concat(READ.stream(), Stream.of("ssm:PutParameter")).toList(),
                arns);
        // A request that does not say overwrite is none; an Allow with "false" would refuse it.
        grantee.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.DENY)
                        .actions(List.of("ssm:PutParameter"))
                        .resources(arns)
                        .conditions(Map.of("StringEquals", Map.of("ssm:Overwrite", "true")))
                        .build());
    }

    private List<String> arns(Stack stack, List<String> names) {
        return names.stream()
                .map(name -> stack.formatArn(ArnComponents.builder()
                        .service("ssm")
                        .resource("parameter")
                        .resourceName(path.substring(1) + "/" + name)
                        .build()))
                .toList();
    }

    private static void allow(IGrantable grantee, List<String> actions, List<String> arns) {
        grantee.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(actions)
                        .resources(arns)
                        .build());
    }

    /** Environment of functions that use the secrets. */
    public Map<String, String> environment() {
        return Map.of("LADING_AWS_PARAMETERS", path);
    }
}
