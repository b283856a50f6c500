{{- /* The page: one section per version, one per type. The message of a CEL rule
       is for whoever breaks it, so the rules are left out. Kinds come first. */ -}}

{{- define "gvList" -}}
# API reference

{{- range . }}

## {{ .GroupVersionString }}

{{ trim .Doc }}
{{ range .SortedTypes }}{{ if .GVK }}
{{ template "type" . }}
{{- end }}{{ end }}
{{- range .SortedTypes }}{{ if and .References (not .GVK) }}
{{ template "type" . }}
{{- end }}{{ end }}
{{- end }}
{{- end -}}

{{- define "type" }}
### {{ .Name }}

{{ trim .Doc }}
{{- if .References }}

Used by: {{ range $i, $type := .SortedReferences }}{{ if $i }}, {{ end }}{{ markdownRenderTypeLink $type }}{{ end }}
{{- end }}
{{- if and .IsAlias (not .EnumValues) .Validation }}

Limits: {{ template "limits" .Validation }}
{{- end }}
{{- if .Members }}

| Field | Type | Description | Limits |
|---|---|---|---|
{{- if .GVK }}
| `apiVersion` | string | `{{ .GVK.Group }}/{{ .GVK.Version }}` | |
| `kind` | string | `{{ .GVK.Kind }}` | |
{{- end }}
{{- range .Members }}
| `{{ .Name }}` | {{ markdownRenderType .Type }} | {{ markdownRenderFieldDoc .Doc }} | {{ template "limits" .Validation }} |
{{- end }}
{{- end }}
{{- if .EnumValues }}

Values: {{ range $i, $value := .EnumValues }}{{ if $i }}, {{ end }}`{{ $value.Name }}`{{ end }}
{{- end }}
{{- end -}}

{{- define "limits" -}}
{{- $limits := list -}}
{{- range . -}}
{{- if eq . "Required: {}" -}}{{- $limits = append $limits "required" -}}
{{- else if eq . "Optional: {}" -}}
{{- else if not (contains "XValidation" .) -}}{{- $limits = append $limits (markdownRenderFieldDoc .) -}}
{{- end -}}
{{- end -}}
{{- join "<br />" $limits -}}
{{- end -}}
