package dev.lading.infra.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.infra.option.OptionInvalid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.paginators.ListFunctionsIterable;

class AccountLimitTest {
    private final Account account = new Account();
    private final AccountLimit limit = new AccountLimit(account);

    @Test
    void an_account_in_which_nothing_is_reserved_is_asked_once() {
        account.limit = 10;
        assertThat(limit.concurrency("/lading")).isEqualTo(10);
        assertThat(account.asked).containsExactly("GetAccountSettings");
    }

    @Test
    void what_others_have_reserved_is_not_there_and_what_is_our_own_is() {
        account.limit = 1000;
        account.reserve("ours", "/lading", 500);
        account.reserve("other-lading", "/other", 150);
        account.reserve("foreign", null, 50);
        account.reserve("ours-without", "/lading", null);
        assertThat(limit.concurrency("/lading")).isEqualTo(800);
    }

    @Test
    void a_missing_right_is_named_with_the_option_that_does_without() {
        account.limit = 1000;
        account.reserve("ours", "/lading", 500);
        for (String action : List.of("GetAccountSettings", "ListFunctions", "GetFunctionConcurrency")) {
            account.failure = Map.of(
                    action,
                    LambdaException.builder().statusCode(403).message("no").build());
            assertThatThrownBy(() -> limit.concurrency("/lading"))
                    .isInstanceOf(OptionInvalid.class)
                    .hasMessageContaining("allow lambda:" + action + ", or say it with -c accountConcurrency=10");
        }
    }

    @Test
    void without_credentials_or_a_network_the_reason_is_told_with_the_option() {
        account.failure = Map.of("GetAccountSettings", SdkClientException.create("Unable to load credentials"));
        assertThatThrownBy(() -> limit.concurrency("/lading"))
                .isInstanceOf(OptionInvalid.class)
                .hasMessageContaining(
                        "(Unable to load credentials): try again, or say it with -c accountConcurrency=10");
    }

    /** Lambda of an account, as far as it is asked. */
    private static final class Account implements LambdaClient {
        private final List<String> asked = new ArrayList<>();
        private final List<FunctionConfiguration> functions = new ArrayList<>();
        private final Map<String, Integer> reserved = new HashMap<>();
        private Map<String, SdkException> failure = Map.of();
        private int limit;

        void reserve(String name, String parameters, Integer executions) {
            FunctionConfiguration.Builder function =
                    FunctionConfiguration.builder().functionName(name);
            if (parameters != null) {
                function.environment(e -> e.variables(Map.of("LADING_AWS_PARAMETERS", parameters)));
            }
            functions.add(function.build());
            if (executions != null) {
                reserved.put(name, executions);
            }
        }

        private void ask(String action) {
            asked.add(action);
            Optional.ofNullable(failure.get(action)).ifPresent(e -> {
                throw e;
            });
        }

        @Override
        public GetAccountSettingsResponse getAccountSettings(GetAccountSettingsRequest request) {
            ask("GetAccountSettings");
            int taken = reserved.values().stream().mapToInt(Integer::intValue).sum();
            return GetAccountSettingsResponse.builder()
                    .accountLimit(l -> l.concurrentExecutions(limit).unreservedConcurrentExecutions(limit - taken))
                    .build();
        }

        @Override
        public ListFunctionsIterable listFunctionsPaginator(ListFunctionsRequest request) {
            return new ListFunctionsIterable(this, request);
        }

        /** A page holds one function. */
        @Override
        public ListFunctionsResponse listFunctions(ListFunctionsRequest request) {
            ask("ListFunctions");
            int at = request.marker() == null ? 0 : Integer.parseInt(request.marker());
            return ListFunctionsResponse.builder()
                    .functions(functions.subList(at, at + 1))
                    .nextMarker(at + 1 < functions.size() ? String.valueOf(at + 1) : null)
                    .build();
        }

        @Override
        public GetFunctionConcurrencyResponse getFunctionConcurrency(GetFunctionConcurrencyRequest request) {
            ask("GetFunctionConcurrency");
            return GetFunctionConcurrencyResponse.builder()
                    .reservedConcurrentExecutions(reserved.get(request.functionName()))
                    .build();
        }

        @Override
        public String serviceName() {
            return "lambda";
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
