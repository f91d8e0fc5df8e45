module function/infra/daprd

go 1.26.0
