package dev.lading.infra.construct;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * The registry's secrets, SecureString parameters of SSM Parameter Store. CloudFormation cannot make those, so the
 * functions create each when it is first missing. They outlive the stacks.
 *
 * @param path such as {@code /lading}
 */
public record SecretParameters(String path) {
    private static final String UPLOAD_KEY = "upload-key";
    private static final List<String> ALL = List.of("admin-password", "token-key", UPLOAD_KEY);

    /** Name of the parameter with the administrator's password. */
    public String adminPassword() {
        return path + "/admin-password";
    }

    /** Grants what checking passwords and signing tokens needs. */
    public void grantLogins(Stack stack, IGrantable grantee) {
        grantReadAndCreate(stack, grantee, ALL);
    }

    /** Grants what receiving uploads begun elsewhere needs; it cannot authenticate users. */
    public void grantUploads(Stack stack, IGrantable grantee) {
        grantReadAndCreate(stack, grantee, List.of(UPLOAD_KEY));
    }

    /**
     * Grants reading secrets and creating missing ones, but no changes. The key {@code aws/ssm} is usable by everybody
     * in the account through Parameter Store, so no action of KMS is needed.
     */
    private void grantReadAndCreate(Stack stack, IGrantable grantee, List<String> names) {
        List<String> arns = names.stream()
                .map(name -> stack.formatArn(ArnComponents.builder()
                        .service("ssm")
                        .resource("parameter")
                        .resourceName(path.substring(1) + "/" + name)
                        .build()))
                .toList();
        var principal = grantee.getGrantPrincipal();
        principal.addToPrincipalPolicy(PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .actions(List.of("ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter"))
                .resources(arns)
                .build());
        // A request that does not say overwrite is none; an Allow with "false" would refuse it.
        principal.addToPrincipalPolicy(PolicyStatement.Builder.create()
                .effect(Effect.DENY)
                .actions(List.of("ssm:PutParameter"))
                .resources(arns)
                .conditions(Map.of("StringEquals", Map.of("ssm:Overwrite", "true")))
                .build());
    }

    /** Environment of functions that use the secrets. */
    public Map<String, String> environment() {
        return Map.of("LADING_AWS_PARAMETERS", path);
    }
}
