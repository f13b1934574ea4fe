package dev.lading.infra.account;

import dev.lading.infra.StorageStack;
import dev.lading.infra.option.OptionInvalid;
import dev.lading.infra.option.SealOption;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;

/** Looks at the storage stack as it is deployed. */
public final class DeployedStorage {
    private static final int FORBIDDEN = 403;

    private final CloudFormationClient stacks;

    public DeployedStorage(CloudFormationClient stacks) {
        this.stacks = stacks;
    }

    /**
     * Whether the stack has a KMS key, under which secrets are sealed.
     *
     * @throws OptionInvalid with a sentence that says what to do, if it cannot be looked at
     */
    public boolean hasKey(String stackName) {
        try {
            return stacks.describeStacks(r -> r.stackName(stackName)).stacks().stream()
                    .flatMap(stack -> stack.outputs().stream())
                    .anyMatch(output -> output.outputKey().equals(StorageStack.KEY));
        } catch (SdkException e) {
            if (e instanceof CloudFormationException answer && isAbsent(answer)) {
                return false;
            }
            boolean isDenied = e instanceof CloudFormationException answer && answer.statusCode() == FORBIDDEN;
            throw new OptionInvalid((isDenied
                            ? "These credentials may not look at whether " + stackName
                                    + " has a key that secrets are sealed under: allow cloudformation:DescribeStacks"
                            : "Whether " + stackName + " has a key that secrets are sealed under cannot be looked at ("
                                    + e.getMessage() + "): try again")
                    + ", or say it with -c " + SealOption.DEPLOYED
                    + "=true or false; false deletes nothing, but what such a key sealed is not opened any more.");
        }
    }

    /** CloudFormation answers so for a stack that is not there. */
    private static boolean isAbsent(CloudFormationException answer) {
        return String.valueOf(answer.getMessage()).contains("does not exist");
    }
}
