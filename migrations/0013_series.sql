-- Records as people read them.
create view usage_calls with (security_invoker = true) as select * from usage_records;
grant select on usage_calls to tokengrip_api, tokengrip_worker;
