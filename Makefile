# `make` lists what there is. Every tool is a pinned Go module (go.tools.mod), run
# from Go's build cache: nothing is downloaded apart from modules, and nothing is
# installed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The operator's image for deploy to a cluster of one's own.
IMG ?=
# The cluster to act on: a kubeconfig, or the local cluster's where none is given.
KUBECONFIG ?=
# Where the runs of e2e keep their verdicts, and the API servers' audit logs, for each
# number of nodes.
VERDICTS := $(CURDIR)/bin/e2e
# Node counts of the local cluster: one for cluster-up, each in turn for e2e.
NODES ?=
# Where the demo runs: local or kind.
CLUSTER ?= local
# The operator's version, stamped into its binary.
VERSION ?= dev
# Further arguments for go test.
TEST_FLAGS ?= -race -timeout 20m
E2E_FLAGS ?=

TOOL := go tool -modfile=$(CURDIR)/go.tools.mod
KUSTOMIZE := $(TOOL) kustomize build

# LOCAL is not empty when the cluster to act on is the local one. Its kubectl has
# its version; that of any other cluster is the user's own, and reads KUBECONFIG.
LOCAL_KUBECONFIG := $(CURDIR)/.cluster/kubeconfig
TARGET_KUBECONFIG := $(or $(KUBECONFIG),$(LOCAL_KUBECONFIG))
LOCAL := $(filter $(LOCAL_KUBECONFIG),$(abspath $(TARGET_KUBECONFIG)))
LOCAL_KUBECTL_PATH := "$$(bin/cluster assets)/kubectl"
LOCAL_KUBECTL := $(LOCAL_KUBECTL_PATH) --kubeconfig $(LOCAL_KUBECONFIG)
KUBECTL := $(if $(LOCAL),$(LOCAL_KUBECTL),kubectl)
APPLY := apply --server-side --field-manager=make -f -
DELETE := delete --ignore-not-found -f -

# The operator's own Deployment and its released image, as config/ names them.
RELEASED := ghcr.io/ingresstenant/ingress-tenant-operator
NAMESPACE := ingress-tenant-operator
DEPLOYMENT := ingress-tenant-operator

# What generate, manifests and docs write.
GENERATED := api config/crd/bases config/rbac/role.yaml docs/api-reference.md
# The modules whose code is ours. The component modules below them only pin
# versions of programs that are built from source.
MODULES := . test/cluster test/images

##@ Look

.PHONY: help
help: ## List the targets.
	@awk 'BEGIN {FS = ":.*##"} \
	  /^[a-z0-9-]+:.*##/ {printf "  \033[36m%-16s\033[0m%s\n", $$1, $$2} \
	  /^##@/ {printf "\n\033[1m%s\033[0m\n", substr($$0, 5)}' $(MAKEFILE_LIST)

.PHONY: demo
demo: demo-$(CLUSTER) ## Cluster, operator, three tenants, real requests; leaves it running. CLUSTER=local|kind.

.PHONY: demo-local
demo-local: cluster-up load-all apply-local
	go run ./test/demo --kubeconfig $(LOCAL_KUBECONFIG) --samples config/samples --publish 'bin/cluster publish' --kubectl "$$(bin/cluster assets)/kubectl"

# Written for kind, Docker and a load balancer such as cloud-provider-kind on the
# machine. Nothing in this repository's checks runs it.
.PHONY: demo-kind
demo-kind: bin/images
	@echo 'demo on kind: unverified; it needs kind, docker and kubectl, and cloud-provider-kind for addresses'
	kind get clusters | grep -qx ingress-tenant || kind create cluster --name ingress-tenant
	mkdir -p bin && kind get kubeconfig --name ingress-tenant > bin/kind.kubeconfig
	bin/images build all | awk '{print $$3}' | xargs -n 1 kind load image-archive --name ingress-tenant
	$(KUSTOMIZE) config/local | kubectl --kubeconfig bin/kind.kubeconfig $(APPLY)
	go run ./test/demo --kubeconfig bin/kind.kubeconfig --samples config/samples

##@ Change

.PHONY: generate
generate: ## Generate the deep copies of the API types.
	$(TOOL) controller-gen object:headerFile=.boilerplate.go.txt paths=./api/...

.PHONY: manifests
manifests: ## Generate the CRD, and the operator's role from its markers.
	$(TOOL) controller-gen crd paths=./api/... output:crd:dir=config/crd/bases
	$(TOOL) controller-gen rbac:roleName=ingress-tenant-operator paths=./controllers/... output:rbac:dir=config/rbac

.PHONY: docs
docs: ## Generate the API reference.
	@mkdir -p docs
	$(TOOL) crd-ref-docs --source-path=api --config=.crd-ref-docs/config.yml --renderer=markdown --templates-dir=.crd-ref-docs --log-level=ERROR --output-path=docs/api-reference.md

.PHONY: fmt
fmt: ## Format all Go code.
	@lint="$$($(TOOL) -n golangci-lint)"; for module in $(MODULES); do \
	  (cd $$module && "$$lint" fmt --config $(CURDIR)/.golangci.yml ./...); done

.PHONY: build
build: ## Compile the operator to bin/manager.
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/manager .

.PHONY: images
images: bin/images ## Build every image that the local cluster needs.
	bin/images build all

##@ Check

.PHONY: test
test: bin/cluster ## Run everything that needs no node: unit, golden, CRD and API-server tests.
	export KUBEBUILDER_ASSETS="$${KUBEBUILDER_ASSETS:-$$(bin/cluster assets)}"; \
	go test $(TEST_FLAGS) $$(go list ./... | grep -vE '/test/(e2e|bench|demo|differential)(/|$$)')
	go test -C test/cluster ./...
	go test -C test/images ./...

# The race detector would make it several times slower, and finds the same elsewhere.
.PHONY: differential
differential: bin/cluster ## Compare tenants that were changed, drifted or lost their operator with ones made so; no node.
	export KUBEBUILDER_ASSETS="$${KUBEBUILDER_ASSETS:-$$(bin/cluster assets)}"; \
	go test -count=1 -timeout 20m ./test/differential

.PHONY: e2e
e2e: bin/cluster bin/images ## Run scenarios and attacks on the local cluster, real controllers, real requests. NODES="1 2".
	bin/images build all
	rm -rf $(VERDICTS)
	for nodes in $(or $(NODES),1 2); do \
	  echo "e2e: $$nodes node(s)"; \
	  bin/cluster down; \
	  $(MAKE) e2e-run keep-audit NODES=$$nodes; \
	done
	$(MAKE) attack keep-audit NODES=$(lastword $(or $(NODES),1 2))
	$(MAKE) rights

# A cluster's audit log goes when the next one starts.
.PHONY: keep-audit
keep-audit:
	mkdir -p $(VERDICTS)/audit-$(NODES)
	cp .cluster/logs/audit*.log $(VERDICTS)/audit-$(NODES)

.PHONY: rights
rights: ## Compare the rights that are given with those that the last e2e used.
	go run ./test/rights $(VERDICTS)/audit-*/audit*.log

# The scenarios on a cluster of NODES nodes; the cluster stays for a look around. One
# package, because the Go command shows the output of several only at their end.
.PHONY: e2e-run
e2e-run: cluster-up load-all apply-local
	KUBECONFIG=$(LOCAL_KUBECONFIG) NODES=$(or $(NODES),1) CLUSTER_BIN=$(CURDIR)/bin/cluster KUBECTL=$(LOCAL_KUBECTL_PATH) \
	  IMAGES=$(CURDIR)/.cluster/images VERDICTS=$(VERDICTS) \
	  go test ./test/e2e -tags e2e -count=1 -timeout 40m -v -ginkgo.v $(E2E_FLAGS)

# Attacks on tenants, on the cluster that is there or one of NODES nodes.
.PHONY: attack
attack: cluster-up load-all apply-local ## Try to take what is another tenant's, on the local cluster.
	KUBECONFIG=$(LOCAL_KUBECONFIG) CLUSTER_BIN=$(CURDIR)/bin/cluster \
	  go test ./test/attack -tags e2e -count=1 -timeout 20m -v $(ATTACK_FLAGS)

.PHONY: verify
verify: generate manifests docs overlays tidy lint lint-api ## Regenerate everything, fail on a difference; lint the code and the API.
	@git diff --exit-code -- $(GENERATED) || \
	  { echo 'verify: generated files are out of date; run `make generate manifests docs` and commit the result' >&2; exit 1; }
	@untracked="$$(git ls-files --others --exclude-standard -- $(GENERATED))"; \
	  [ -z "$$untracked" ] || { printf 'verify: commit these files too:\n%s\n' "$$untracked" >&2; exit 1; }
	@echo 'verify: generated files, modules, code and API are in order'

# Every kustomization below config/ builds.
.PHONY: overlays
overlays:
	@for file in $$(git ls-files --cached --others --exclude-standard 'config/*/kustomization.yaml'); do \
	  $(KUSTOMIZE) "$$(dirname "$$file")" > /dev/null; done

.PHONY: tidy
tidy:
	@for module in $(MODULES); do go mod tidy -C $$module -diff || \
	  { echo "tidy: run \`go mod tidy -C $$module\` and commit the result" >&2; exit 1; }; done

.PHONY: lint
lint: ## Lint all Go code, licence headers and import direction included.
	@lint="$$($(TOOL) -n golangci-lint)"; failed=; for module in $(MODULES); do \
	  echo "lint: $$module"; (cd $$module && "$$lint" run --config $(CURDIR)/.golangci.yml ./...) || failed=yes; \
	done; [ -z "$$failed" ]

.PHONY: lint-api
lint-api: ## Hold the API to the Kubernetes conventions.
	$(TOOL) golangci-lint-kube-api-linter run --config .golangci-kal.yml ./api/...

.PHONY: bench
bench: bin/cluster ## Measure the operator; figures as a table, and JSON in bench/.
	export KUBEBUILDER_ASSETS="$${KUBEBUILDER_ASSETS:-$$(bin/cluster assets)}"; \
	go run ./test/bench --out bench

.PHONY: bench-admission
bench-admission: bin/cluster ## Measure what the admission policies add to an Ingress; takes 20 minutes.
	export KUBEBUILDER_ASSETS="$${KUBEBUILDER_ASSETS:-$$(bin/cluster assets)}"; \
	go run ./test/bench/admission

##@ Local cluster

.PHONY: cluster-up
cluster-up: bin/cluster ## Bring up the local cluster. NODES=1|2.
	bin/cluster up $(if $(NODES),--nodes $(firstword $(NODES)))

.PHONY: cluster-down
cluster-down: bin/cluster ## Remove the local cluster; its binaries stay for the next time.
	bin/cluster down

.PHONY: cluster-status
cluster-status: bin/cluster ## Say what runs, and where it is reached.
	bin/cluster status

# load-operator, load-echo, ..., load-all: build images and put them on every node.
load-%: bin/cluster bin/images
	bin/images build $* | awk '{print $$3}' | xargs bin/cluster load-image

##@ Deploy (to the local cluster, or to KUBECONFIG=... with IMG=...)

.PHONY: install-crds
install-crds: $(if $(LOCAL),bin/cluster) ## Install the CRD.
	$(KUSTOMIZE) config/crd | $(KUBECTL) $(APPLY)

.PHONY: uninstall-crds
uninstall-crds: no-tenants ## Remove the CRD, once no IngressTenant is left.
	$(KUSTOMIZE) config/crd | $(KUBECTL) $(DELETE)

# The local cluster pulls nothing: its ingress controllers are those that were built
# for it, which config/local names.
.PHONY: run
run: install-crds $(if $(LOCAL),load-traefik load-haproxy-ingress) ## Run the operator as a local process, in place of a deployed one.
	KUBECONFIG=$(TARGET_KUBECONFIG) go run . \
	  $(if $(LOCAL),$$($(KUSTOMIZE) config/local | grep -o -- '--default-image=.*'))

.PHONY: deploy
deploy: $(if $(LOCAL),load-operator apply-local,deploy-remote) ## Install the operator.

# An operator that ran before is restarted: the image keeps its tag while its content
# changes.
.PHONY: apply-local
apply-local: bin/cluster
	@before="$$($(LOCAL_KUBECTL) -n $(NAMESPACE) get deployment $(DEPLOYMENT) -o name --ignore-not-found)"; \
	$(KUSTOMIZE) config/local | $(LOCAL_KUBECTL) $(APPLY); \
	[ -z "$$before" ] || $(LOCAL_KUBECTL) -n $(NAMESPACE) rollout restart deployment $(DEPLOYMENT); \
	$(LOCAL_KUBECTL) -n $(NAMESPACE) rollout status deployment $(DEPLOYMENT) --timeout=180s

.PHONY: deploy-remote
deploy-remote: bin/deploy/kustomization.yaml
	$(KUSTOMIZE) bin/deploy | $(KUBECTL) $(APPLY)
	$(KUBECTL) -n $(NAMESPACE) rollout status deployment $(DEPLOYMENT) --timeout=180s

.PHONY: undeploy
undeploy: no-tenants ## Remove the operator and the CRD, once no IngressTenant is left.
	$(KUSTOMIZE) config/$(if $(LOCAL),local,default) | $(KUBECTL) $(DELETE)

# Without the operator, the finalizer of a tenant would hold it for ever.
.PHONY: no-tenants
no-tenants: $(if $(LOCAL),bin/cluster)
	@served="$$($(KUBECTL) get customresourcedefinitions.apiextensions.k8s.io ingresstenants.ingresstenant.io -o name --ignore-not-found)"; \
	left="$${served:+$$($(KUBECTL) get ingresstenants.ingresstenant.io -o name)}"; \
	[ -z "$$left" ] || { printf 'delete these first, while the operator can tear them down in order:\n%s\n' "$$left" >&2; exit 1; }

# config/default with the image of the command line, beside the tracked files.
.PHONY: bin/deploy/kustomization.yaml
bin/deploy/kustomization.yaml:
	@[ -n "$(IMG)" ] || { echo 'deploy: set IMG=registry/name:tag, an image that the cluster of $(TARGET_KUBECONFIG) can pull' >&2; exit 1; }
	@mkdir -p $(@D)
	@echo 'resources: [../../config/default]' > $@
	@cd $(@D) && $(TOOL) kustomize edit set image $(RELEASED)=$(IMG)

##@ Tidy up

.PHONY: clean
clean: ## Remove what was built, except the local cluster and its binaries.
	rm -rf bin bench

# The commands of the local cluster. The Go command knows whether they are up to
# date, so it is always asked.
.PHONY: bin/cluster bin/images
bin/cluster:
	@go build -C test/cluster -o $(CURDIR)/bin/cluster .
bin/images:
	@go build -C test/images -o $(CURDIR)/bin/images .
