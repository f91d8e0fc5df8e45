module function/infra/local
