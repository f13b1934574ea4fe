package dev.lading.infra.account;

import dev.lading.infra.option.Concurrency;
import dev.lading.infra.option.OptionInvalid;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** Looks at how many functions the account of the credentials in force runs at once. */
public final class AccountLimit {
    private static final int FORBIDDEN = 403;

    private final LambdaClient lambda;

    public AccountLimit(LambdaClient lambda) {
        this.lambda = lambda;
    }

    /**
     * Concurrent executions that the account leaves to a deployment: its limit, less what other functions have
     * reserved.
     *
     * @param parameters path of the deployment's secrets, by which its functions are known
     * @throws OptionInvalid with a sentence that says what to do, if it cannot be looked at
     */
    public int concurrency(String parameters) {
        var limit = asked("GetAccountSettings", lambda::getAccountSettings).accountLimit();
        int unreserved = limit.unreservedConcurrentExecutions();
        return Objects.equals(limit.concurrentExecutions(), unreserved) ? unreserved : unreserved + own(parameters);
    }

    /** What the deployment's own functions have reserved before. */
    private int own(String parameters) {
        List<FunctionConfiguration> functions = asked(
                "ListFunctions",
                () -> lambda.listFunctionsPaginator().functions().stream()
                        .filter(function -> isOf(parameters, function))
                        .toList());
        return functions.stream()
                .mapToInt(function -> asked(
                        "GetFunctionConcurrency",
                        () -> Optional.ofNullable(
                                        lambda.getFunctionConcurrency(r -> r.functionName(function.functionName()))
                                                .reservedConcurrentExecutions())
                                .orElse(0)))
                .sum();
    }

    private static boolean isOf(String parameters, FunctionConfiguration function) {
        return function.environment() != null
                && parameters.equals(function.environment().variables().get("LADING_AWS_PARAMETERS"));
    }

    private static <T> T asked(String action, Supplier<T> question) {
        try {
            return question.get();
        } catch (SdkException e) {
            boolean isDenied = e instanceof LambdaException answer && answer.statusCode() == FORBIDDEN;
            throw new OptionInvalid((isDenied
                            ? "These credentials may not look at how many functions the account runs at once: allow lambda:"
                                    + action
                            : "How many functions the account runs at once cannot be looked at (" + e.getMessage()
                                    + "): try again")
                    + ", or say it with -c " + Concurrency.ACCOUNT
                    + "=10, which the console of Lambda shows as concurrency of the account.");
        }
    }
}
