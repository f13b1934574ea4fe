# The one way to build, test and run Lading. `make` lists the verbs.

HOST ?= 127.0.0.1
PORT ?= 5000
DATA ?= data
STORAGE ?= embedded
ARGS ?=
# Memory is bounded on purpose: blobs go through it, never into it. It begins small, and what is free is given back.
# What a blob is on its way in fits among the survivors; else it would be promoted, and collected only when all is full.
# The AOT cache is used where it was made: moved, it would be a copy of its own, which cannot be given back.
JAVA_OPTS ?= -Xms24m -Xmx256m -XX:+UseSerialGC -XX:SurvivorRatio=4 -XX:MaxHeapFreeRatio=40 -XX:MinHeapFreeRatio=20 -XX:TrimNativeHeapInterval=5000 \
  -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0
# One that went on without memory could live and answer nobody.
override JAVA_OPTS += -XX:+ExitOnOutOfMemoryError

# JDK 25 or newer: JAVA_HOME, then PATH, then the usual install folders.
JDK := $(shell ./.ci/find-jdk)
export JAVA_HOME := $(JDK)

TOOLS ?= .tools/bin
override TOOLS := $(abspath $(TOOLS))
export TOOLS JAVA_OPTS
export PYTHONDONTWRITEBYTECODE := 1
ROUNDS ?= 3
# Looked for when it is first needed: a JVM has to start to tell its version.
MVN = $(eval MVN := $(shell JAVA_HOME="$(JDK)" ./.ci/find-maven) -B -q)$(MVN)
# Quarkus's development mode runs in no older one.
DEV_MVN = $(shell JAVA_HOME="$(JDK)" ./.ci/find-maven 9) -B -q
SERVER := functions/server/target/quarkus-app/quarkus-run.jar
AOT := functions/server/target/lading.aot
E2E := functions/server/src/e2e
AWS_TESTS := localstack-tests
# With what the AWS emulator needs; made by .ci/install-tools, as are the linters.
PYTHON := $(dir $(TOOLS))venv/bin/python
LINTERS := $(dir $(TOOLS))lint/pinned
# What Lambda starts a Java function with.
RUNTIME := $(AWS_TESTS)/target/runtime
# Of the emulators, which are test code of shared-model.
TEST_CLASSPATH := shared-model/target/test.classpath
# One of the functions' zips, which are built together, and what the CDK app and its command line are built to.
FUNCTIONS := functions/registry-lambda/target/function.zip
# The upload service's container, as docker is given it.
UPLOAD_SERVICE := functions/server/target/upload-service/Dockerfile
# The upload service as a Lambda Web Function, which nothing but its deployment needs.
UPLOAD_FUNCTION := functions/server/target/upload-function.zip
CDK_APP := infra-cdk/target/lib
CDK_CLI := infra-cdk/node_modules/.package-lock.json
# What advisories are compared with: all that is shipped, and what compares as Maven does.
SHIPPED := functions/server/target/quarkus-app/quarkus-app-dependencies.txt $(addsuffix /target/function.zip,\
  functions/registry-lambda functions/management-lambda functions/tasks functions/maintenance)
CDK_PACKAGES := infra-cdk/target/packages.txt
MAVEN_ARTIFACT := target/advisories/maven-artifact-3.9.12.jar
ADVISORIES ?=
DEPLOYED := $(FUNCTIONS) $(UPLOAD_SERVICE) $(CDK_APP) $(CDK_CLI)
ifneq (,$(findstring uploadService=serverless,$(ARGS))$(shell grep '"uploadService": *"serverless"' infra-cdk/cdk.json))
DEPLOYED += $(UPLOAD_FUNCTION)
endif
SOURCES := pom.xml .mvn/jvm.config $(shell find shared-model functions -name pom.xml -o -path '*/src/main/*' -type f -o -path '*/src/packaging/*' -type f)

.DEFAULT_GOAL := help
.PHONY: help serve dev build package sbom reproducible test lint fmt e2e e2e-full smoke probe conformance advisories \
  upload-function bench bench-builds bench-console bench-bundles bench-floods bench-through bench-mirrors bench-aws \
  console-pictures jdk tools infra synth deploy destroy

help: ## list the verbs
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

jdk:
	@test -n "$(JDK)" || { echo "Lading needs JDK 25 or newer. Install one (Debian and Ubuntu: the package temurin-25-jdk or openjdk-25-jdk; macOS: brew install openjdk@25) or set JAVA_HOME." >&2; exit 1; }

$(SERVER): $(SOURCES) | jdk
	@echo "building the server (a minute the first time)"
	@$(MVN) package -DskipTests -pl functions/server -am
	@touch $@

$(AOT): $(SERVER) functions/server/src/rehearsal/Rehearsal.java bin/lading
	@echo "rehearsing pushes, pulls and mirrors, so that the server starts warm"
	@$(JDK)/bin/java functions/server/src/rehearsal/Rehearsal.java $(SERVER) $@ $(JAVA_OPTS) || { rm -f $@; echo "it will start cold" >&2; }

build: $(AOT) ## build the server and what bin/lading runs

serve: $(AOT) ## start the registry: HOST=127.0.0.1 PORT=5000 DATA=data STORAGE=embedded|aws ARGS="--help"
	@exec bin/lading serve --host=$(HOST) --port=$(PORT) --data=$(DATA) --storage=$(STORAGE) $(ARGS)

# On loopback alone, whatever HOST says: everybody knows the password.
dev: | jdk ## the server, which follows each change of a source: PORT=5000, user admin, password lading-dev-password
	@echo "http://127.0.0.1:$(PORT) follows the sources, once the first start has compiled them; Ctrl-C ends it"
	@LADING_ADMIN_PASSWORD=lading-dev-password $(DEV_MVN) test-compile quarkus:dev -pl functions/server -am \
	  -Dquarkus.args="--host=127.0.0.1 --port=$(PORT) --data=$(abspath functions/server/target/dev)" \
	  -Djvm.args=--enable-native-access=ALL-UNNAMED -Ddebug=false -Dspotless.check.skip -Dmaven.test.skip \
	  -Dquarkus.test.continuous-testing=disabled -Dquarkus.analytics.disabled=true

# Of one module by name: Maven would also run those of what it depends on, which has to be compiled. Nested classes,
# which contract suites are, have names that go on after a dollar sign.
MODULE_TESTS = $(or $(TESTS),\
  $(shell cd $(MODULE)/src/test/java && find . -name '*Test.java' | sed 's|^\./||; s|\.java$$||; s|/|.|g'))
comma := ,
space := $(subst ,, )

# What CI ships is packaged while tests run: PHASE=package.
PHASE ?= test

test: | jdk ## every test that needs only Maven; MODULE=functions/server for one module, TESTS=WireTest for some of it
ifdef MODULE
	@rm -rf $(MODULE)/target/surefire-reports
	@$(MVN) test -pl $(MODULE) -am -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtest='$(subst $(space),$(comma),$(patsubst %,%*,$(strip $(MODULE_TESTS))))'; \
	  passed=$$?; .ci/count-tests $(MODULE)/target; exit $$passed
else
	@echo "running the tests, for about five minutes"
	@rm -rf */target/surefire-reports functions/*/target/surefire-reports
	@$(MVN) -T 1C -P tests-beside $(PHASE); passed=$$?; .ci/count-tests shared-model/target functions/*/target; exit $$passed
	@$(if $(filter package,$(PHASE)),touch $(SERVER) $(FUNCTIONS))
endif

package: | jdk ## the server and the functions, as they are shipped
	@$(MVN) -T 1C package -DskipTests
	@touch $(SERVER) $(FUNCTIONS)

upload-function: $(UPLOAD_FUNCTION) ## the upload service's zip for Lambda, with a Java runtime for arm64 from PyPI

sbom: $(SERVER) $(FUNCTIONS) $(CDK_APP) ## list the parts of what is shipped (target/bom.json) and their licences
	@.ci/sboms.py

reproducible: | jdk ## build the commit in another folder, and compare byte for byte
	@MVN="$(MVN)" .ci/reproducible.py

bench: $(AOT) tools ## measure beside CNCF distribution and print a table: ROUNDS=3 BEFORE=<an older checkout, built>
	@cd functions/server/src/bench/regbench && GOFLAGS=-mod=mod go build -o $(TOOLS)/regbench .
	@python3 functions/server/src/bench/bench.py --java=$(JDK)/bin/java --java-opts="$(JAVA_OPTS)" --jar=$(SERVER) \
	  --cache=$(AOT) --distribution=$(TOOLS)/registry --regbench=$(TOOLS)/regbench --rounds=$(ROUNDS) $(if $(BEFORE),--before=$(BEFORE))

bench-floods: $(AOT) tools ## pulls while others flood, beside CNCF distribution: SECONDS=10 FLOODS="part of a name"
	@python3 functions/server/src/bench/floods_bench.py --java=$(JDK)/bin/java \
	  --java-opts="$(JAVA_OPTS) -XX:+ExitOnOutOfMemoryError" --jar=$(SERVER) --cache=$(AOT) \
	  --distribution=$(TOOLS)/registry --seconds=$(or $(SECONDS),10) --only="$(FLOODS)"

bench-mirrors: $(AOT) ## mirrors of one image, synced at once from a slow upstream, beside one alone: MIRRORS=100
	@python3 functions/server/src/bench/mirrors_bench.py --mirrors=$(or $(MIRRORS),100)

bench-through: $(AOT) tools ## cold pulls of 1 GB through Lading and CNCF distribution, slow upstream: ROUNDS=3 CLIENTS=50
	@cd functions/server/src/bench/regbench && GOFLAGS=-mod=mod go build -o $(TOOLS)/regbench .
	@python3 functions/server/src/bench/through_bench.py --java=$(JDK)/bin/java --java-opts="$(JAVA_OPTS)" --jar=$(SERVER) \
	  --cache=$(AOT) --distribution=$(TOOLS)/registry --regbench=$(TOOLS)/regbench --rounds=$(ROUNDS) \
	  --clients=$(or $(CLIENTS),50)

bench-bundles: $(AOT) ## export and import of 10 GB beside a synced copy and SHA-256: MIB=10240 IMAGES=200 ROUNDS=3
	@python3 functions/server/src/bench/bundles_bench.py --mib=$(or $(MIB),10240) --images=$(or $(IMAGES),200) \
	  --rounds=$(ROUNDS)

bench-builds: $(AOT) ## pulls while an image is built beside them: ROUNDS=3
	@python3 functions/server/src/bench/builds_bench.py --rounds=$(ROUNDS)

bench-console: $(AOT) ## how long pages of the console take
	@python3 functions/server/src/bench/console_bench.py

console-pictures: $(AOT) tools ## pictures of every page of the console: target/console-pictures, six in docs/pictures
	@cd $(E2E) && $(PYTHON) pictures.py

bench-aws: $(FUNCTIONS) $(RUNTIME) tools ## cold starts and warm answers of the Lambda functions
	@cd $(AWS_TESTS) && $(PYTHON) bench_aws.py

tools:
	@.ci/install-tools

e2e: $(AOT) $(DEPLOYED) $(RUNTIME) $(TEST_CLASSPATH) tools ## real clients against a started server and the AWS stacks, as root: TESTS="test_docker test_aws" for some
ifdef TESTS
	@cd $(E2E) && PYTHONPATH=../../../../$(AWS_TESTS) $(PYTHON) timed.py -v $(TESTS)
else
	@$(MAKE) --no-print-directory infra
	@$(PYTHON) $(E2E)/suite.py $(E2E) $(AWS_TESTS)
endif

e2e-full: export E2E_FULL := 1
e2e-full: test $(UPLOAD_FUNCTION) e2e bench-mirrors bench-bundles ## tests and e2e, longer and larger: every flood alone, layers of 3 GiB, 100 mirrors, bundles of 10 GB

smoke: ## client journeys against a deployed registry: URL=https://… with $LADING_ADMIN_PASSWORD
	@test -n "$(URL)" || { echo "Say which registry: make smoke URL=https://…" >&2; exit 1; }
	@cd $(AWS_TESTS) && LADING_URL=$(URL) python3 -m unittest -v smoke

# boto3 is in the tools' Python; without it the account is not asked.
probe: ## what only a real deployment tells, as a table: URL=https://… with $LADING_ADMIN_PASSWORD, UPSTREAM=<registry/name:tag>
	@test -n "$(URL)" || { echo "Say which registry: make probe URL=https://…" >&2; exit 1; }
	@cd $(AWS_TESTS) && LADING_URL="$(URL)" LADING_UPSTREAM="$(UPSTREAM)" LADING_PREFIX="$(PREFIX)" $(or $(wildcard $(PYTHON)),python3) probe.py

$(RUNTIME): pom.xml $(AWS_TESTS)/pom.xml | jdk
	@$(MVN) -f $(AWS_TESTS) package
	@touch $@

$(TEST_CLASSPATH): shared-model/pom.xml $(shell find shared-model/src -type f) | jdk
	@$(MVN) -pl shared-model test-compile dependency:build-classpath -Dmdep.outputFile=$(abspath $@) -Dmdep.includeScope=test
	@touch $@

conformance: $(AOT) $(TEST_CLASSPATH) tools ## the OCI suite: STORAGES="embedded aws"
	@python3 $(E2E)/conformance.py $(STORAGES)

$(FUNCTIONS): $(SOURCES) | jdk
	@echo "building the functions"
	@$(MVN) package -DskipTests -pl functions/registry-lambda,functions/management-lambda,functions/tasks,functions/maintenance -am
	@touch $@

$(UPLOAD_SERVICE): $(SERVER) infra-cdk/upload-service/Dockerfile
	@rm -rf $(@D) && mkdir -p $(@D)
	@cp -r functions/server/target/quarkus-app $(@D)/
	@cp infra-cdk/upload-service/Dockerfile $@

$(UPLOAD_FUNCTION): $(SERVER) $(wildcard infra-cdk/upload-function/*)
	@echo "packaging the upload function"
	@infra-cdk/upload-function/package.py functions/server/target/quarkus-app target/upload-function $@

$(CDK_APP): pom.xml infra-cdk/pom.xml $(shell find infra-cdk/src/main -type f) | jdk
	@rm -rf $@
	@$(MVN) -f infra-cdk package -DskipTests
	@touch $@

$(CDK_CLI): infra-cdk/package.json infra-cdk/package-lock.json
	@command -v npm >/dev/null || { echo "The CDK needs Node 20 or newer and npm. Debian and Ubuntu: the packages nodejs and npm; macOS: brew install node." >&2; exit 1; }
	@cd infra-cdk && npm ci --no-audit --no-fund --silent
	@touch $@

$(CDK_PACKAGES): pom.xml infra-cdk/pom.xml | jdk
	@$(MVN) -f infra-cdk dependency:list -DincludeScope=runtime -DoutputFile=$(abspath $@)

$(MAVEN_ARTIFACT): | jdk
	@$(MVN) dependency:copy -N -Dartifact=org.apache.maven:maven-artifact:3.9.12 -DoutputDirectory=$(abspath $(@D))

advisories: $(SERVER) $(FUNCTIONS) $(CDK_PACKAGES) $(MAVEN_ARTIFACT) ## compare what is shipped with known holes: ADVISORIES=<folder of OSV files>
	@$(JDK)/bin/java -cp "$(dir $(SERVER))lib/main/*:$(MAVEN_ARTIFACT)" .ci/advisories/Advisories.java "$(ADVISORIES)" \
	  .ci/advisories/ignored $(SHIPPED) $(CDK_PACKAGES) infra-cdk/package-lock.json

infra: | jdk ## test the AWS stacks' templates; needs Node
	@$(MVN) -f infra-cdk verify; passed=$$?; .ci/count-tests infra-cdk/target; exit $$passed

synth: $(DEPLOYED) ## write the AWS stacks' templates: ARGS="-c uploadService=true"
	@cd infra-cdk && rm -rf target/cdk.out && node_modules/.bin/cdk synth --quiet $(ARGS)

deploy: $(DEPLOYED) ## put the registry into the AWS account of your credentials: ARGS="-c alarms=true" APPROVAL=broadening
	@LADING_APPROVAL="$(APPROVAL)" infra-cdk/deploy $(ARGS)

destroy: $(DEPLOYED) ## take it out again; what is pushed is kept
	@infra-cdk/destroy $(ARGS)

$(LINTERS): .ci/tools.txt
	@.ci/install-tools lint
	@touch $@

lint: $(LINTERS) ## check Python, shell and prose; what checks Java is part of its compilation
	@.ci/lint

fmt: $(LINTERS) | jdk ## format Java, Python and shell
	@$(MVN) spotless:apply
	@$(MVN) -f infra-cdk spotless:apply
	@.ci/lint apply
