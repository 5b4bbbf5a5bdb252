{{/* What one key of all profiles holds, each once, as a JSON list: list $ "queue" */}}
{{- define "mle-smith.ofProfiles" -}}
{{- $key := index . 1 -}}
{{- $found := list -}}
{{- range $profile := values (index . 0).Values.jobs.profiles }}{{ with get $profile $key }}{{ $found = append $found . }}{{ end }}{{ end -}}
{{- $found | uniq | sortAlpha | toJson -}}
{{- end -}}

{{- define "mle-smith.runtimeImage" -}}
{{ include "mle-smith.image" (dict "root" . "image" .Values.jobs.image) }}
{{- end -}}

{{/* The name of this installation in the labels of its pods. */}}
{{- define "mle-smith.installation" -}}
{{- printf "%s-%s" .Release.Namespace .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Names of the secrets that pull the image of sandboxes, as a JSON list. */}}
{{- define "mle-smith.pullSecrets" -}}
{{- $names := list -}}
{{- range .Values.jobs.imagePullSecrets }}{{ $names = append $names .name }}{{ end -}}
{{- $names | toJson -}}
{{- end -}}

{{/* The server of a sandbox in its image, its port, its group, and its users from one number to another, as libs/service and libs/adapters/kubernetes have them. */}}
{{- define "mle-smith.jobCommand" -}}
{{- list "/mle-smith/venv/bin/python" "-P" "-s" "/mle-smith/src/mle_env/server/listen.py" "/mle-smith/src" | toJson -}}
{{- end -}}
{{- define "mle-smith.jobPort" -}}7070{{- end -}}
{{- define "mle-smith.jobGroup" -}}65532{{- end -}}
{{- define "mle-smith.firstJobUser" -}}1000000000{{- end -}}
{{- define "mle-smith.lastJobUser" -}}1999999999{{- end -}}

{{/* How stations start sandboxes. */}}
{{- define "mle-smith.jobEnv" -}}
{{- $zones := include "mle-smith.zones" . | fromJson -}}
{{- with .Values.jobs -}}
- name: MLE_SMITH_JOB_RUNNER
  value: kubernetes
- name: MLE_SMITH_INSTALLATION
  value: {{ include "mle-smith.installation" $ }}
- name: MLE_SMITH_POD_SECRET
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .key | quote }} } }
- name: MLE_SMITH_SOLVE_NAMESPACE
  value: {{ $zones.solve }}
- name: MLE_SMITH_GRADE_NAMESPACE
  value: {{ $zones.grade }}
- name: MLE_SMITH_RUNTIME_IMAGE
  value: {{ include "mle-smith.runtimeImage" $ }}
{{- if .runtimeClass }}
- name: MLE_SMITH_RUNTIME_CLASS
  value: {{ .runtimeClass }}
{{- end }}
- name: MLE_SMITH_ALLOW_UNSANDBOXED
  value: {{ .allowUnsandboxed | quote }}
- name: MLE_SMITH_POD_PROFILES_FILE
  value: /etc/mle-smith/config/profiles.json
- name: MLE_SMITH_POD_PROFILES
  value: {{ printf "measure=%s,solve=%s,grade=%s%s" .profileOf.measure .profileOf.solve .profileOf.grade (.profileOf.baselines | empty | ternary "" (printf ",baselines=%s" .profileOf.baselines)) | quote }}
{{- with include "mle-smith.pullSecrets" $ | fromJsonArray }}
- name: MLE_SMITH_IMAGE_PULL_SECRETS
  value: {{ join "," . | quote }}
{{- end }}
- name: MLE_SMITH_NETWORK_ENFORCED
  value: {{ .networkEnforced | quote }}
{{- end }}
{{- end -}}
